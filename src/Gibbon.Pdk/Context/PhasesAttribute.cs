namespace Gibbon.Pdk;

/// <summary>
/// The phases in which a member may be used. Elsewhere it throws <see cref="PhaseException"/>. <see cref="Phase.Any"/> members check
/// nothing.
/// </summary>
/// <param name="allowed">The phases.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Interface | AttributeTargets.Class)]
public sealed class PhasesAttribute(Phase allowed) : Attribute
{
    /// <summary>The phases.</summary>
    public Phase Allowed { get; } = allowed;
}
