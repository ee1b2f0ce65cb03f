using System.Reflection;

namespace Sluice.Site.Api;

/// <summary>
/// The identifiers of the compiler's documentation files, such as
/// <c>M:Namespace.Type.Name(System.Int32)</c>.
/// </summary>
internal static class DocumentId
{
    public static string Of(Type type) => "T:" + NameOf(type);

    public static string Of(MemberInfo member) => member switch
    {
        Type type => Of(type),
        FieldInfo => $"F:{Owner(member)}.{member.Name}",
        EventInfo => $"E:{Owner(member)}.{member.Name}",
        PropertyInfo property =>
            $"P:{Owner(member)}.{member.Name}{Parameters(property.GetIndexParameters())}",
        MethodBase method => Of(method),
        _ => throw new ArgumentException($"{member} has no identifier.", nameof(member)),
    };

    private static string Of(MethodBase method)
    {
        string name = method.Name.Replace('.', '#');
        if (method.IsGenericMethodDefinition)
            name += "``" + method.GetGenericArguments().Length;
        string id = $"M:{Owner(method)}.{name}{Parameters(method.GetParameters())}";
        bool isConversion = method.Name is "op_Implicit" or "op_Explicit";
        return isConversion ? $"{id}~{Argument(((MethodInfo)method).ReturnType)}" : id;
    }

    private static string Owner(MemberInfo member) => NameOf(member.DeclaringType!);

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0
            ? ""
            : $"({string.Join(',', parameters.Select(p => Argument(p.ParameterType)))})";

    private static string Argument(Type type)
    {
        if (type.IsByRef)
            return Argument(type.GetElementType()!) + "@";
        if (type.IsPointer)
            return Argument(type.GetElementType()!) + "*";
        if (type.IsArray)
            return Argument(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        if (!type.IsGenericType)
            return NameOf(type);

        string name = NameOf(type.GetGenericTypeDefinition()).Split('`')[0];
        return $"{name}{{{string.Join(',', type.GetGenericArguments().Select(Argument))}}}";
    }
}
