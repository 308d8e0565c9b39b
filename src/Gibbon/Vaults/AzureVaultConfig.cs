using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>The configuration of a vault <c>azure</c>: Azure Key Vault.</summary>
internal sealed record AzureVaultConfig : VaultLifetimes
{
    /// <summary>Where the vault is.</summary>
    [Url]
    public required string VaultUri { get; init; }

    /// <summary>The region; without a meaning of its own.</summary>
    public string? Location { get; init; }

    /// <summary>Who asks; without it <c>AZURE_CLIENT_ID</c> in the environment, or the machine itself.</summary>
    public string? ClientId { get; init; }

    /// <summary>The directory that knows who asks; without it <c>AZURE_TENANT_ID</c> in the environment.</summary>
    public string? TenantId { get; init; }

    /// <summary>What is kept there.</summary>
    [OneOf("secrets")]
    public string? Type { get; init; } = "secrets";

    /// <summary>What stands before the names of those variables, in the place of <c>AZURE</c>.</summary>
    public string? CredentialsPrefix { get; init; } = "AZURE";
}
