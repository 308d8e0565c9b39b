using Mono.Cecil;

namespace Gibbon.ArchitectureTests;

/// <summary>Our compiled assemblies, as they lie beside this one.</summary>
internal static class Assemblies
{
    public static AssemblyDefinition Pdk { get; } = Load("Gibbon.Pdk");

    public static AssemblyDefinition Gateway { get; } = Load("Gibbon");

    public static AssemblyDefinition Plugins { get; } = Load("Gibbon.Plugins");

    public static AssemblyDefinition Lua { get; } = Load("Gibbon.Lua");

    public static AssemblyDefinition Testing { get; } = Load("Gibbon.Testing");

    public static AssemblyDefinition Cli { get; } = Load("Gibbon.Cli");

    public static IReadOnlyList<AssemblyDefinition> All { get; } = [Pdk, Gateway, Plugins, Lua, Testing, Cli];

    /// <summary>Every type, nested ones too, that a person wrote: what the compiler and the source generators add is left out.</summary>
    public static IEnumerable<TypeDefinition> WrittenTypes(AssemblyDefinition assembly) =>
        assembly.MainModule.GetTypes().Where(t => !IsGenerated(t));

    /// <summary>The namespace of a type; of a nested type that of the outermost one.</summary>
    public static string NamespaceOf(TypeReference type)
    {
        // A pointer to a function has no type that it is of.
        if (type.GetElementType() is not { } outer)
            return "";

        while (outer.DeclaringType is not null)
            outer = outer.DeclaringType;

        return outer.Namespace;
    }

    private static bool IsGenerated(TypeDefinition type)
    {
        for (TypeDefinition? t = type; t is not null; t = t.DeclaringType)
        {
            if (t.Name.Contains('<') || t.CustomAttributes.Any(a => a.AttributeType.Name == "GeneratedCodeAttribute"))
                return true;
        }

        return !NamespaceOf(type).StartsWith("Gibbon", StringComparison.Ordinal);
    }

    private static AssemblyDefinition Load(string name)
    {
        var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        var path = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        return AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = resolver });
    }
}
