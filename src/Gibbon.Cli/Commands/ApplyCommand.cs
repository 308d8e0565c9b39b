using Gibbon.Cli.Arguments;

namespace Gibbon.Cli.Commands;

/// <summary>A whole declarative file in the place of the present configuration: all of it or nothing (docs/apply.md).</summary>
internal sealed class ApplyCommand : Command
{
    public override string Name => "apply";

    public override string Summary => "Make the configuration say what a declarative file says, as one change: all of it or nothing.";

    public override IReadOnlyList<Option> Options => [.. WholeConfiguration.Options, WholeConfiguration.Reason];

    public override int MaxOperands => 1;

    public override Task<int> RunAsync(Invocation invocation) => WholeConfiguration.RunAsync(invocation, isPlan: false);
}
