namespace Gibbon.Plugins.RateLimiting;

/// <summary>Whose requests are counted together. Where there is none of it, the client's address counts.</summary>
enum LimitBy
{
    /// <summary>A consumer's; without one, a credential's.</summary>
    Consumer,

    /// <summary>A credential's.</summary>
    Credential,

    /// <summary>A client address's.</summary>
    Ip,

    /// <summary>A service's.</summary>
    Service,

    /// <summary>Those with the same value of a header.</summary>
    Header,

    /// <summary>Those to one path.</summary>
    Path,
}
