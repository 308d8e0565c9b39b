using Gibbon.Cli.Arguments;

namespace Gibbon.Cli.Commands;

/// <summary>What <c>apply</c> would change (docs/apply.md).</summary>
internal sealed class PlanCommand : Command
{
    public override string Name => "plan";

    public override string Summary => "Say what applying a declarative file would change; changes nothing.";

    public override IReadOnlyList<Option> Options => WholeConfiguration.Options;

    public override int MaxOperands => 1;

    public override Task<int> RunAsync(Invocation invocation) => WholeConfiguration.RunAsync(invocation, isPlan: true);
}
