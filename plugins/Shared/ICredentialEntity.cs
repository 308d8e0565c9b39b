namespace Gibbon.Plugins.Shared;

/// <summary>A stored credential.</summary>
interface ICredentialEntity
{
    /// <summary>What the gateway and other plugins need to know of it; the same object at each call.</summary>
    EntityCredential Credential { get; }

    /// <summary>How long it is still valid; <c>null</c> is for ever.</summary>
    TimeSpan? Remaining { get; }
}
