using Gibbon.Pdk;

namespace Gibbon.Vaults;

/// <summary>
/// A place of secrets that is asked over the network. It is asked when configurations are compiled, never by a request, so it is asked without
/// async; many threads may do so at once.
/// </summary>
internal interface ISecretVault
{
    /// <summary>Fetches a secret.</summary>
    /// <param name="resource">Its name.</param>
    /// <param name="version">Its version; null is the present one.</param>
    /// <returns>The secret, null within if there is none, or why it cannot be had. No secret is in any text.</returns>
    Result<FetchedSecret> Fetch(string resource, long? version);
}

/// <summary>What a vault has under a name.</summary>
/// <param name="Text">The secret; null if there is none.</param>
internal readonly record struct FetchedSecret(string? Text);
