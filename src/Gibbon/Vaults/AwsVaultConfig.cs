using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>The configuration of a vault <c>aws</c>: AWS Secrets Manager.</summary>
internal sealed record AwsVaultConfig : VaultLifetimes
{
    /// <summary>The region; without it <c>AWS_REGION</c> or <c>AWS_DEFAULT_REGION</c> in the environment.</summary>
    public string? Region { get; init; }

    /// <summary>Who is asked, in the place of the region's own.</summary>
    [Url]
    public string? EndpointUrl { get; init; }

    /// <summary>The role that is taken on.</summary>
    public string? AssumeRoleArn { get; init; }

    /// <summary>What the time in that role is called.</summary>
    public string? RoleSessionName { get; init; } = "KongVault";

    /// <summary>Who gives roles, in the place of the region's own.</summary>
    [Url]
    public string? StsEndpointUrl { get; init; }
}
