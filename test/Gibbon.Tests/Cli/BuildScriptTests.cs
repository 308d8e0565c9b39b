namespace Gibbon.Tests.Cli;

/// <summary>The script <c>./gibbon</c>, which builds what is not built yet.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private const string WithoutNode = "gibbon: Node.js 20 or later was not found, so the manager (the web UI) is not built; everything else is\n";
    private const string Building = "gibbon: building, this takes a minute the first time\n";

    private readonly KongProgram kong = new();
    private readonly SourceTree tree;

    public BuildScriptTests() => tree = new SourceTree(kong);

    public void Dispose()
    {
        tree.Dispose();
        kong.Dispose();
    }

    [Fact]
    public void Without_Node_the_gateway_is_built_and_started_and_it_says_that_the_manager_is_missing()
    {
        var first = tree.Run("start");

        Assert.Equal((0, WithoutNode + Building), (first.ExitCode, first.Error));
        Assert.Contains("Kong started", first.Output, StringComparison.Ordinal);
        Assert.Equal("", tree.Run("health").Error);

        // It is said with a build, not with each word that follows.
        Assert.Equal((0, "", 1), (tree.Run("stop").ExitCode, tree.Run("version").Error, tree.BuildCount));
        File.WriteAllText(Path.Combine(tree.Root, "src/b.cs"), "");
        Assert.Equal((WithoutNode + Building, 2), (tree.Run("version").Error, tree.BuildCount));
    }

    [Fact]
    public void A_Node_that_is_too_old_is_none()
    {
        tree.Install("npm", "exit 0");
        tree.Install("node", "exit 1");

        Assert.Equal(WithoutNode + Building, tree.Run("version").Error);
    }

    [Fact]
    public void With_Node_the_manager_is_built_first()
    {
        tree.Install("node", "exit 0");
        tree.Install("npm", """if [[ $1 == run ]]; then mkdir -p dist && touch dist/index.html; fi""");

        Assert.Equal(("gibbon: building the manager\n" + Building, 1), (tree.Run("version").Error, tree.BuildCount));
        Assert.Equal(("", 1), (tree.Run("version").Error, tree.BuildCount));

        File.WriteAllText(Path.Combine(tree.Root, "manager/new.vue"), "");
        Assert.Equal(("gibbon: building the manager\n" + Building, 2), (tree.Run("version").Error, tree.BuildCount));
    }

    [Fact]
    public void A_manager_that_cannot_be_built_keeps_nobody_from_the_gateway()
    {
        tree.Install("node", "exit 0");
        tree.Install("npm", "echo no network; exit 1");

        var result = tree.Run("version");

        Assert.Equal(
            (0, $"gibbon: building the manager\ngibbon: the manager could not be built, see {tree.Root}/artifacts/manager.log; the gateway goes on without it\n{Building}"),
            (result.ExitCode, result.Error));
        Assert.Matches("^[0-9.]+\n$", result.Output);
        Assert.Equal("no network\n", File.ReadAllText(Path.Combine(tree.Root, "artifacts/manager.log")));

        // Not tried again with each word, but when there is another reason to.
        Assert.Equal(("", 1), (tree.Run("version").Error, tree.BuildCount));
    }

    [Fact]
    public void Without_the_SDK_it_says_what_is_missing()
    {
        tree.Install("dotnet", "echo 9.0.100 [/sdk]");

        var result = tree.Run("version", ("DOTNET_ROOT", "/nowhere"), ("HOME", "/nowhere"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("gibbon: building Gibbon needs the .NET 10 SDK", result.Error, StringComparison.Ordinal);
    }
}
