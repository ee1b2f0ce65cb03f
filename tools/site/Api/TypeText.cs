using System.Reflection;

namespace Sluice.Site.Api;

/// <summary>Types as C# writes them, with nullability.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(char)] = "char",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <param name="type">The type.</param>
    /// <param name="nullability">Null where a type stands alone, such as a base type.</param>
    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";
        if (type.IsByRef)
            return Of(type.GetElementType()!, nullability?.ElementType);
        if (type.IsPointer)
            return Of(type.GetElementType()!) + "*";

        string text = type.IsArray
            ? Of(type.GetElementType()!, nullability?.ElementType) + "[]"
            : Named(type, nullability);
        bool isNullable = !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable;
        return isNullable ? text + "?" : text;
    }

    /// <summary>The name with its type parameters or arguments, without the namespace.</summary>
    public static string Named(Type type, NullabilityInfo? nullability = null)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (type.IsFunctionPointer || type.IsGenericParameter)
            return type.IsGenericParameter ? type.Name : type.ToString();

        Type[] arguments = type.GetGenericArguments();
        NullabilityInfo[] states = nullability?.GenericTypeArguments ?? [];
        int inherited = type.IsNested ? type.DeclaringType!.GetGenericArguments().Length : 0;
        string prefix = type.IsNested ? Named(type.DeclaringType!) + "." : "";
        if (arguments.Length == inherited)
            return prefix + type.Name;

        IEnumerable<string> parts = arguments.Skip(inherited).Select((argument, index) =>
            Of(argument, index + inherited < states.Length ? states[index + inherited] : null));
        return $"{prefix}{type.Name.Split('`')[0]}<{string.Join(", ", parts)}>";
    }
}
