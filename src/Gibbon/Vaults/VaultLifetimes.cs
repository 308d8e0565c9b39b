using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>How long what a vault said is believed.</summary>
internal abstract record VaultLifetimes
{
    /// <summary>After how many seconds a secret is fetched anew; without it, never.</summary>
    [GreaterThan(-1)]
    public double? Ttl { get; init; }

    /// <summary>After how many seconds a secret that was not there is looked for again.</summary>
    [GreaterThan(-1)]
    public double? NegTtl { get; init; }

    /// <summary>For how many seconds more an old secret is used when the vault cannot be reached.</summary>
    [GreaterThan(-1)]
    public double? ResurrectTtl { get; init; }
}
