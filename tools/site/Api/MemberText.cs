using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Sluice.Site.Api;

/// <summary>The signature of a member in one line.</summary>
internal static class MemberText
{
    public static string Of(ConstructorInfo constructor) =>
        $"{Access(constructor)}{constructor.DeclaringType!.Name.Split('`')[0]}"
        + $"({Parameters(constructor.GetParameters())})";

    public static string Of(MethodInfo method)
    {
        string type = Returned(method.ReturnParameter);
        string generics = method.IsGenericMethodDefinition
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>"
            : "";
        string constraints = string.Concat(method.GetGenericArguments().Select(Constraints));
        return $"{Access(method)}{Modifiers(method)}{type} {method.Name}{generics}"
            + $"({Parameters(method.GetParameters())}){constraints}";
    }

    public static string Of(FieldInfo field)
    {
        string type = TypeText.Of(field.FieldType, new NullabilityInfoContext().Create(field));
        string access = field.IsPublic ? "" : "protected ";
        if (field.IsLiteral)
            return $"{access}const {type} {field.Name} = {Literal(field.GetRawConstantValue())}";

        string kind = (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        return $"{access}{kind}{type} {field.Name}";
    }

    public static string Of(PropertyInfo property)
    {
        MethodInfo first = Accessors(property).First();
        string type = property.PropertyType.IsByRef
            ? Returned(property.GetMethod!.ReturnParameter)
            : TypeText.Of(property.PropertyType, new NullabilityInfoContext().Create(property));
        ParameterInfo[] indices = property.GetIndexParameters();
        string name = indices.Length == 0 ? property.Name : $"this[{Parameters(indices)}]";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        IEnumerable<string> accessors = Accessors(property)
            .Select(accessor => (accessor.IsPublic || !first.IsPublic ? "" : Access(accessor))
                + (accessor == property.GetMethod ? "get;" : IsInit(accessor) ? "init;" : "set;"));
        return $"{required}{Access(first)}{Modifiers(first)}{type} {name} "
            + $"{{ {string.Join(' ', accessors)} }}";
    }

    public static string Of(EventInfo member) =>
        $"{Access(member.AddMethod!)}{Modifiers(member.AddMethod!)}event "
        + $"{TypeText.Of(member.EventHandlerType!)} {member.Name}";

    public static bool IsVisible(MethodBase? method) =>
        method is not null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    public static string Parameters(IEnumerable<ParameterInfo> parameters) =>
        string.Join(", ", parameters.Select(Parameter));

    /// <summary>The constraints of one type parameter, with a leading blank.</summary>
    public static string Constraints(Type argument)
    {
        if (!argument.IsGenericParameter)
            return "";

        GenericParameterAttributes flags = argument.GenericParameterAttributes;
        bool isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        List<string> parts = [];
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            parts.Add("class");
        if (isStruct)
            parts.Add(HasAttribute(argument, "IsUnmanagedAttribute") ? "unmanaged" : "struct");
        parts.AddRange(argument.GetGenericParameterConstraints()
            .Where(type => type != typeof(ValueType))
            .Select(type => TypeText.Of(type)));
        if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
            parts.Add("new()");
        return parts.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", parts)}";
    }

    private static string Parameter(ParameterInfo parameter)
    {
        string type = TypeText.Of(
            parameter.ParameterType, new NullabilityInfoContext().Create(parameter));
        string passing = parameter switch
        {
            { ParameterType.IsByRef: true, IsOut: true } => "out ",
            { ParameterType.IsByRef: true, IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) => "params ",
            _ => "",
        };
        bool isExtended = parameter.Position == 0
            && parameter.Member.IsDefined(typeof(ExtensionAttribute));
        string value = parameter.HasDefaultValue ? $" = {Default(parameter)}" : "";
        return $"{(isExtended ? "this " : "")}{passing}{type} {parameter.Name}{value}";
    }

    private static string Returned(ParameterInfo parameter)
    {
        string type = TypeText.Of(
            parameter.ParameterType, new NullabilityInfoContext().Create(parameter));
        if (!parameter.ParameterType.IsByRef)
            return type;

        return (HasAttribute(parameter, "IsReadOnlyAttribute") ? "ref readonly " : "ref ") + type;
    }

    private static string Default(ParameterInfo parameter)
    {
        if (parameter.DefaultValue is null)
            return parameter.ParameterType.IsValueType
                && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null";

        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type.IsEnum
            ? $"{type.Name}.{Enum.ToObject(type, parameter.DefaultValue)}"
            : Literal(parameter.DefaultValue);
    }

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
            return method.IsStatic ? "static " : "";
        if (method.IsStatic)
            return "static ";

        bool isOverride = method.GetBaseDefinition().DeclaringType != method.DeclaringType;
        return method switch
        {
            { IsAbstract: true } => isOverride ? "abstract override " : "abstract ",
            { IsFinal: true } => isOverride ? "sealed override " : "",
            { IsVirtual: true } => isOverride ? "override " : "virtual ",
            _ => "",
        };
    }

    private static IEnumerable<MethodInfo> Accessors(PropertyInfo property) =>
        new[] { property.GetMethod, property.SetMethod }.Where(IsVisible).Select(a => a!);

    private static bool IsInit(MethodInfo accessor) => accessor.ReturnParameter
        .GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool HasAttribute(ICustomAttributeProvider member, string name) =>
        member.GetCustomAttributes(inherit: false).Any(a => a.GetType().Name == name);
}
