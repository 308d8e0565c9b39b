using Mono.Cecil;

namespace Gibbon.ArchitectureTests;

/// <summary>A plugin is a folder; its removal is the folder and one line in the list.</summary>
public sealed class BundledPluginTests
{
    [Fact]
    public void A_plugin_lies_in_a_folder_of_its_name_with_its_tests() =>
        Findings.AssertNone(
            from plugin in PluginClasses()
            let name = plugin.Name[..^"Plugin".Length]
            from file in new[] { $"plugins/{name}/{name}Plugin.cs", $"plugins/{name}/{name}Tests.cs" }
            where plugin.Namespace != $"Gibbon.Plugins.{name}" || !File.Exists(Path.Combine(Repository.Root, file))
            select $"{plugin.FullName}: expected namespace Gibbon.Plugins.{name} and {file}");

    [Fact]
    public void A_plugin_class_ends_in_Plugin() =>
        Assert.All(PluginClasses(), plugin => Assert.EndsWith("Plugin", plugin.Name, StringComparison.Ordinal));

    [Fact]
    public void The_list_of_bundled_plugins_names_every_plugin()
    {
        TypeDefinition[] plugins = [.. PluginClasses()];
        var list = plugins.Length == 0 ? "" : Repository.Read("plugins/BundledPlugins.cs");

        Assert.All(plugins, plugin => Assert.Contains(plugin.Name, list, StringComparison.Ordinal));
    }

    [Fact]
    public void No_plugin_knows_another_plugin() =>
        Findings.AssertNone(
            (from type in Assemblies.Plugins.MainModule.GetTypes()
             let own = Folder(type)
             where own is not null
             from used in TypeUses.Of(type)
             let other = Folder(used)
             where other is not null && other != own && PluginFolders.Contains(other)
             select $"{type.FullName} uses {used.FullName}").Distinct());

    private static readonly HashSet<string> PluginFolders = [.. PluginClasses().Select(p => Folder(p)!)];

    private static string? Folder(TypeReference type)
    {
        var parts = Assemblies.NamespaceOf(type).Split('.');
        return parts is ["Gibbon", "Plugins", var folder, ..] ? folder : null;
    }

    private static IEnumerable<TypeDefinition> PluginClasses() =>
        Assemblies.WrittenTypes(Assemblies.Plugins).Where(t => !t.IsAbstract && DerivesFromPlugin(t));

    private static bool DerivesFromPlugin(TypeDefinition type)
    {
        for (TypeReference? parent = type.BaseType; parent is not null; parent = parent.Resolve()?.BaseType)
        {
            if (parent.GetElementType().FullName is "Gibbon.Pdk.Plugin" or "Gibbon.Pdk.Plugin`1")
                return true;
        }

        return false;
    }
}
