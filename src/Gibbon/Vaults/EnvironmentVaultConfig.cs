using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>The configuration of a vault <c>env</c>.</summary>
internal sealed record EnvironmentVaultConfig
{
    /// <summary>What stands before the names of variables.</summary>
    [Match("^[%a_-][%a%d_-]*$")]
    public string? Prefix { get; init; }
}
