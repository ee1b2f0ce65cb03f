using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Sluice.Site.Api;

/// <summary>
/// What a user of an assembly can see, as sorted text. What the compiler adds by itself (members
/// of records, enumerators, the accessors of a property) is left out.
/// </summary>
internal static class ApiPrinter
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    public static string Print(Assembly assembly) => Print(assembly.GetExportedTypes());

    public static string Print(IEnumerable<Type> types)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, Type> space in types
            .GroupBy(type => type.Namespace ?? "")
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append("namespace ").Append(space.Key).Append('\n');
            foreach (Type type in space.OrderBy(t => t.FullName, StringComparer.Ordinal))
                text.Append('\n').Append(Print(type));
            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Print(Type type)
    {
        IEnumerable<string> members = type.IsEnum ? EnumMembers(type)
            : IsDelegate(type) ? []
            : Members(type);
        return string.Concat(members.Prepend(Head(type)).Select(line => line + "\n"));
    }

    /// <summary>The declaration of a type in one line.</summary>
    public static string Head(Type type)
    {
        string constraints =
            string.Concat(type.GetGenericArguments().Select(MemberText.Constraints));
        string attributes = type.IsDefined(typeof(FlagsAttribute)) ? "[Flags] " : "";
        if (IsDelegate(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            string returned = TypeText.Of(
                invoke.ReturnType, new NullabilityInfoContext().Create(invoke.ReturnParameter));
            return $"{attributes}delegate {returned} {TypeText.Named(type)}"
                + $"({MemberText.Parameters(invoke.GetParameters())}){constraints}";
        }

        IEnumerable<string> bases = type.IsEnum
            ? [TypeText.Of(type.GetEnumUnderlyingType())]
            : Bases(type);
        string inherits = bases.Any() ? " : " + string.Join(", ", bases) : "";
        return $"{attributes}{Kind(type)} {TypeText.Named(type)}{inherits}{constraints}";
    }

    private static string Kind(Type type)
    {
        if (type.IsEnum)
            return "enum";
        if (type.IsInterface)
            return "interface";
        if (type.IsValueType)
        {
            return (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")
                + (type.IsByRefLike ? "ref " : "") + (IsRecord(type) ? "record struct" : "struct");
        }

        string kind = type switch
        {
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        return kind + (IsRecord(type) ? "record" : "class");
    }

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType)
            yield return TypeText.Of(parent);

        IEnumerable<Type> inherited = type.BaseType?.GetInterfaces() ?? [];
        IEnumerable<string> own = type.GetInterfaces()
            .Except(inherited)
            .Where(contract => contract.IsVisible)
            .Select(contract => TypeText.Of(contract));
        foreach (string contract in own.Order(StringComparer.Ordinal))
            yield return contract;
    }

    private static IEnumerable<string> EnumMembers(Type type) =>
        Enum.GetNames(type)
            .Select(name => (Name: name, Value: Convert.ToDecimal(Enum.Parse(type, name), null)))
            .OrderBy(member => member.Value)
            .ThenBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => $"    {member.Name} = {member.Value}");

    private static IEnumerable<string> Members(Type type)
    {
        IEnumerable<string>[] kinds =
        [
            Sorted(
                type.GetFields(Declared)
                    .Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly),
                MemberText.Of),
            Sorted(type.GetConstructors(Declared).Where(MemberText.IsVisible), MemberText.Of),
            Sorted(
                type.GetProperties(Declared).Where(p =>
                    MemberText.IsVisible(p.GetMethod) || MemberText.IsVisible(p.SetMethod)),
                MemberText.Of),
            Sorted(
                type.GetEvents(Declared).Where(e => MemberText.IsVisible(e.AddMethod)),
                MemberText.Of),
            Sorted(type.GetMethods(Declared).Where(IsWritten), MemberText.Of),
        ];
        return kinds.SelectMany(kind => kind).Select(line => "    " + line);
    }

    private static IEnumerable<string> Sorted<T>(IEnumerable<T> members, Func<T, string> text)
        where T : MemberInfo =>
        members.Select(member => (member.Name, Text: text(member)))
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.Text, StringComparer.Ordinal)
            .Select(member => member.Text);

    /// <summary>Whether a method is visible and written by hand.</summary>
    public static bool IsWritten(MethodInfo method)
    {
        bool isAccessor = method.IsSpecialName
            && !method.Name.StartsWith("op_", StringComparison.Ordinal);
        return MemberText.IsVisible(method)
            && !isAccessor
            && !method.IsDefined(typeof(CompilerGeneratedAttribute));
    }

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", Declared)?.IsDefined(typeof(CompilerGeneratedAttribute))
        ?? false;
}
