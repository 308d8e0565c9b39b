namespace Gibbon.Vaults;

/// <summary>The configuration of a vault <c>gcp</c>: Google Cloud's Secret Manager.</summary>
internal sealed record GcpVaultConfig : VaultLifetimes
{
    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }
}
