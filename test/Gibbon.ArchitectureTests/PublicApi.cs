using Mono.Cecil;

namespace Gibbon.ArchitectureTests;

/// <summary>What an assembly shows to others, one line per type and member, sorted.</summary>
internal static class PublicApi
{
    public static IEnumerable<string> Of(AssemblyDefinition assembly) =>
        assembly.MainModule.GetTypes().Where(IsVisible).SelectMany(Lines).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> Lines(TypeDefinition type)
    {
        var name = Name(type);
        yield return $"{name} : {Kind(type)}";
        foreach (MethodDefinition method in type.Methods.Where(m => IsVisible(m) && !IsNoise(m)))
        {
            yield return $"{name}.{MethodName(method)}({string.Join(", ", method.Parameters.Select(p => Name(p.ParameterType)))}) -> {Name(method.ReturnType)}";
        }

        foreach (PropertyDefinition property in type.Properties)
        {
            string[] accessors =
            [
                .. property.GetMethod is { } get && IsVisible(get) ? ["get;"] : Array.Empty<string>(),
                .. property.SetMethod is { } set && IsVisible(set) ? [IsInit(set) ? "init;" : "set;"] : Array.Empty<string>(),
            ];
            if (accessors.Length > 0 && property.Name != "EqualityContract")
            {
                yield return $"{name}.{property.Name} {{ {string.Join(' ', accessors)} }} -> {Name(property.PropertyType)}";
            }
        }

        foreach (FieldDefinition field in type.Fields.Where(f => (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly) && !f.IsSpecialName))
        {
            yield return field.HasConstant
                ? $"{name}.{field.Name} = {field.Constant ?? "null"}"
                : $"{name}.{field.Name} -> {Name(field.FieldType)}";
        }
    }

    private static bool IsVisible(TypeDefinition type) =>
        type.DeclaringType is null ? type.IsPublic : (type.IsNestedPublic || type.IsNestedFamily) && IsVisible(type.DeclaringType);

    private static bool IsVisible(MethodDefinition method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Accessors stand with their property; what every record has is no news.
    private static bool IsNoise(MethodDefinition method) =>
        method.IsGetter || method.IsSetter || method.IsAddOn || method.IsRemoveOn || method.Name is "PrintMembers" or "<Clone>$"
        || (method.DeclaringType.Methods.Any(m => m.Name == "PrintMembers")
            && method.Name is "Equals" or "GetHashCode" or "ToString" or "op_Equality" or "op_Inequality");

    private static bool IsInit(MethodDefinition setter) =>
        setter.ReturnType is IModifierType { ModifierType.Name: "IsExternalInit" };

    private static string Kind(TypeDefinition type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        return type.BaseType is { FullName: not ("System.Object" or "System.ValueType" or "System.Enum" or "System.MulticastDelegate") } parent
            ? $"{kind}, {Name(parent)}"
            : kind;
    }

    private static string MethodName(MethodDefinition method)
    {
        var name = method.IsConstructor ? "new" : method.Name;
        var prefix = method is { IsStatic: true, IsConstructor: false } ? "static " : method.IsAbstract ? "abstract " : "";
        return prefix + name + (method.HasGenericParameters ? $"<{string.Join(", ", method.GenericParameters.Select(p => p.Name))}>" : "");
    }

    private static string Name(TypeReference type) => type switch
    {
        IModifierType modifier => Name(modifier.ElementType),
        ByReferenceType reference => "ref " + Name(reference.ElementType),
        ArrayType array => Name(array.ElementType) + "[]",
        GenericInstanceType { ElementType.FullName: "System.Nullable`1" } nullable => Name(nullable.GenericArguments[0]) + "?",
        GenericInstanceType generic => $"{Bare(generic.ElementType)}<{string.Join(", ", generic.GenericArguments.Select(Name))}>",
        TypeDefinition { HasGenericParameters: true } definition =>
            $"{Bare(definition)}<{string.Join(", ", definition.GenericParameters.Select(p => p.Name))}>",
        _ => Bare(type),
    };

    // Ours with the namespace, others' without; never with type parameters.
    private static string Bare(TypeReference type)
    {
        var name = type.Name.Split('`')[0];
        return type switch
        {
            GenericParameter => name,
            { DeclaringType: { } outer } => $"{Bare(outer)}.{name}",
            { Namespace: { } space } when space.StartsWith("Gibbon", StringComparison.Ordinal) => $"{space}.{name}",
            _ => name,
        };
    }
}
