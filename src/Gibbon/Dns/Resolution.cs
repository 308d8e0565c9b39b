using System.Net;

namespace Gibbon.Dns;

/// <summary>What a name resolved to: at least one address, or the reason why there is none. A value, not an exception.</summary>
internal readonly struct Resolution
{
    private Resolution(IPAddress[] addresses, string? error, bool nameUnknown)
    {
        Addresses = addresses;
        Error = error;
        NameUnknown = nameUnknown;
    }

    /// <summary>The addresses, never empty when <see cref="Error"/> is null.</summary>
    public IPAddress[] Addresses { get; }

    /// <summary>Why there is no address, in words for the log and for Kong's error bodies.</summary>
    public string? Error { get; }

    /// <summary>The name server says that the name does not exist (a 503 in Kong), as opposed to being unreachable (a 500).</summary>
    public bool NameUnknown { get; }

    public static Resolution Of(IPAddress[] addresses) => new(addresses, null, nameUnknown: false);

    public static Resolution Failed(string error, bool nameUnknown) => new([], error, nameUnknown);
}
