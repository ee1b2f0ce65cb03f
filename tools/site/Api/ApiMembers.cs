using System.Reflection;
using System.Runtime.CompilerServices;

namespace Sluice.Site.Api;

/// <summary>The members of a type that a user of it sees, in the order of their page.</summary>
internal static class ApiMembers
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    public static IEnumerable<MemberInfo> Of(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
            return [];
        if (type.IsEnum)
            return type.GetFields(BindingFlags.Public | BindingFlags.Static);

        IEnumerable<MemberInfo>[] kinds =
        [
            type.GetConstructors(Declared).Where(MemberText.IsVisible),
            type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily),
            type.GetProperties(Declared).Where(p =>
                MemberText.IsVisible(p.GetMethod) || MemberText.IsVisible(p.SetMethod)),
            type.GetMethods(Declared).Where(ApiPrinter.IsWritten),
            type.GetEvents(Declared).Where(e => MemberText.IsVisible(e.AddMethod)),
        ];
        return kinds.SelectMany(kind => kind.OrderBy(m => m.Name, StringComparer.Ordinal))
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)));
    }

    public static string KindOf(MemberInfo member) => member switch
    {
        ConstructorInfo => "Constructors",
        FieldInfo { DeclaringType.IsEnum: true } => "Values",
        FieldInfo => "Fields",
        PropertyInfo => "Properties",
        EventInfo => "Events",
        _ => "Methods",
    };

    public static string NameOf(MemberInfo member) =>
        member is ConstructorInfo ? TypeText.Named(member.DeclaringType!) : member.Name;

    /// <summary>The signature in one line.</summary>
    public static string TextOf(MemberInfo member) => member switch
    {
        FieldInfo { DeclaringType.IsEnum: true } field =>
            $"{field.Name} = {Convert.ToDecimal(field.GetRawConstantValue(), null)}",
        FieldInfo field => MemberText.Of(field),
        PropertyInfo property => MemberText.Of(property),
        ConstructorInfo constructor => MemberText.Of(constructor),
        MethodInfo method => MemberText.Of(method),
        EventInfo found => MemberText.Of(found),
        _ => member.Name,
    };
}
