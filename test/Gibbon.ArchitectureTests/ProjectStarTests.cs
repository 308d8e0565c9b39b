using System.Xml.Linq;
using Mono.Cecil;

namespace Gibbon.ArchitectureTests;

/// <summary>Projects form a star on the PDK: a bundled plugin needs nothing that somebody else's plugin could not have.</summary>
public sealed class ProjectStarTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["src/Gibbon.Pdk/Gibbon.Pdk.csproj"] = [],
        ["src/Gibbon/Gibbon.csproj"] = ["Gibbon.Pdk"],
        ["src/Gibbon.Lua/Gibbon.Lua.csproj"] = ["Gibbon.Pdk"],
        ["plugins/Gibbon.Plugins.csproj"] = ["Gibbon.Pdk"],
        ["src/Gibbon.Testing/Gibbon.Testing.csproj"] = ["Gibbon", "Gibbon.Plugins"],
        ["src/Gibbon.Cli/Gibbon.Cli.csproj"] = ["Gibbon", "Gibbon.Plugins", "Gibbon.Lua"],
    };

    [Fact]
    public void A_project_references_only_what_the_star_allows()
    {
        Findings.AssertNone(
            from project in Projects()
            from reference in ProjectReferences(project)
            where !Arrows[project].Contains(reference)
            select $"{project} references {reference}");
    }

    [Fact]
    public void Every_shipped_project_has_its_place_in_the_star() =>
        Assert.All(Projects(), project => Assert.Contains(project, Arrows.Keys));

    [Fact]
    public void The_PDK_needs_no_package() =>
        Assert.Empty(XDocument.Parse(Repository.Read("src/Gibbon.Pdk/Gibbon.Pdk.csproj")).Descendants("PackageReference"));

    [Fact]
    public void Compiled_plugins_and_PDK_do_not_know_the_gateway()
    {
        Assert.DoesNotContain(OurReferences(Assemblies.Pdk), _ => true);
        Assert.Equal(["Gibbon.Pdk"], OurReferences(Assemblies.Plugins).DefaultIfEmpty("Gibbon.Pdk"));
    }

    [Fact]
    public void No_assembly_is_a_friend_of_the_gateway_except_ours_that_start_or_test_it()
    {
        // Internals of the gateway are no back door for plugins.
        Assert.DoesNotContain("Gibbon.Plugins", Friends(Assemblies.Gateway));
        Assert.DoesNotContain("Gibbon.Plugins", Friends(Assemblies.Pdk));
    }

    private static IEnumerable<string> Projects() => Repository.Files("src", ".csproj").Concat(Repository.Files("plugins", ".csproj"));

    private static IEnumerable<string> ProjectReferences(string project) =>
        XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

    private static IEnumerable<string> OurReferences(AssemblyDefinition assembly) =>
        assembly.MainModule.AssemblyReferences.Select(r => r.Name).Where(n => n.StartsWith("Gibbon", StringComparison.Ordinal));

    private static IEnumerable<string> Friends(AssemblyDefinition assembly) =>
        assembly.CustomAttributes.Where(a => a.AttributeType.Name == "InternalsVisibleToAttribute")
            .Select(a => (string)a.ConstructorArguments[0].Value);
}
