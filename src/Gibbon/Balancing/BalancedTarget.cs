using Gibbon.Pdk.Entities;

namespace Gibbon.Balancing;

/// <summary>A target, taken apart.</summary>
internal sealed class BalancedTarget(Target target)
{
    public Target Target { get; } = target;

    public TargetName Name { get; } = TargetName.Parse(target.Address);

    public int Weight { get; } = target.Weight ?? 100;

    /// <summary>What it stands for when it is an address itself; null for a name.</summary>
    public TargetRecords? Literal { get; } = TargetName.Parse(target.Address) is { Literal: { } address } name
        ? TargetRecords.OfLiteral(address, name.Port)
        : null;
}
