using Gibbon.Pdk;

namespace Gibbon.Vaults;

/// <summary>
/// A place of secrets that is asked over the network; many may do so at once.
/// </summary>
internal interface ISecretVault
{
    /// <summary>Fetches a secret.</summary>
    /// <param name="resource">Its name.</param>
    /// <param name="version">Its version; null is the present one.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The secret, null within if there is none, or why it cannot be had. No secret is in any text.</returns>
    Task<Result<FetchedSecret>> FetchAsync(string resource, long? version, CancellationToken cancellation = default);
}

/// <summary>What a vault has under a name.</summary>
/// <param name="Text">The secret; null if there is none.</param>
internal readonly record struct FetchedSecret(string? Text);
