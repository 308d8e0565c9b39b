using Gibbon.Cli.Arguments;

namespace Gibbon.Cli.Commands;

internal sealed class VersionCommand : Command
{
    private static readonly Option All = new("all", 'a', null, "Also the versions of what it is made of.");

    public override string Name => "version";

    public override string Summary => "Print the version of Kong that this gateway takes the place of.";

    public override IReadOnlyList<Option> Options => [All];

    public override Task<int> RunAsync(Invocation invocation)
    {
        if (!invocation.Has(All))
        {
            invocation.Terminal.Print(ProductVersion.Kong);
            return Task.FromResult(0);
        }

        invocation.Terminal.Print($"Kong: {ProductVersion.Kong}");
        invocation.Terminal.Print($"Gibbon: {ProductVersion.Gibbon}");
        invocation.Terminal.Print($".NET: {Environment.Version}");
        return Task.FromResult(0);
    }
}
