using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>The configuration of a vault <c>hcv</c>: HashiCorp Vault.</summary>
internal sealed record HashiCorpVaultConfig : VaultLifetimes
{
    /// <summary>How it is spoken to.</summary>
    [OneOf("http", "https")]
    public string? Protocol { get; init; } = "http";

    /// <summary>The host.</summary>
    [Host]
    public string? Host { get; init; } = "127.0.0.1";

    /// <summary>The port.</summary>
    [Port]
    public int? Port { get; init; } = 8200;

    /// <summary>Where the engine <c>kv</c> is mounted.</summary>
    public string? Mount { get; init; } = "secret";

    /// <summary>The engine's version.</summary>
    [OneOf("v1", "v2")]
    public string? Kv { get; init; } = "v1";

    /// <summary>The namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>What stands before the names of secrets.</summary>
    public string? BasePath { get; init; }

    /// <summary>How to get a token.</summary>
    [OneOf("token", "kubernetes", "approle")]
    public string? AuthMethod { get; init; } = "token";

    /// <summary>The token.</summary>
    [Encrypted]
    public string? Token { get; init; }

    /// <summary>The role of Kubernetes' accounts.</summary>
    public string? KubeRole { get; init; }

    /// <summary>The file of the account's token.</summary>
    public string? KubeApiTokenFile { get; init; } = "/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>Where Kubernetes' accounts are known by.</summary>
    public string? KubeAuthPath { get; init; } = "kubernetes";

    /// <summary>Where roles of applications are known by.</summary>
    public string? ApproleAuthPath { get; init; } = "approle";

    /// <summary>The application's role.</summary>
    public string? ApproleRoleId { get; init; }

    /// <summary>Its secret.</summary>
    [Encrypted]
    public string? ApproleSecretId { get; init; }

    /// <summary>The file of its secret.</summary>
    public string? ApproleSecretIdFile { get; init; }

    /// <summary>Whether its secret is wrapped: good for one use, to get the real one.</summary>
    public bool? ApproleResponseWrapping { get; init; } = false;
}
