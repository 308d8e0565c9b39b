namespace Gibbon.Plugins.Shared;

/// <summary>What the configurations of all authentication plugins have in common.</summary>
interface IAuthenticationConfig
{
    /// <summary>
    /// The id or the user name of the consumer that stands for everybody who cannot be authenticated; <c>null</c> turns them away.
    /// </summary>
    string? Anonymous { get; }
}
