using System.Runtime.CompilerServices;
using Acme.Gibbon.Maintenance;

namespace Gibbon.Pdk.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_plugin_in_the_readme_is_the_one_that_is_compiled_here()
    {
        var readme = File.ReadAllText(Path.Combine(Folder(), "..", "..", "src", "Gibbon.Pdk", "README.md"));
        var plugin = File.ReadAllText(Path.Combine(Folder(), "ReadmePlugin.cs"));

        Assert.Contains($"```csharp\n{plugin}```\n", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plugin_in_the_readme_takes_part_in_two_phases() =>
        Assert.Equal(PluginPhases.Access | PluginPhases.Log, new MaintenancePlugin().ImplementedPhases);

    static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
