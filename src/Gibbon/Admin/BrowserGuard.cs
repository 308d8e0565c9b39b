using System.Collections.Frozen;
using System.Net;
using Gibbon.Settings;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Admin;

/// <summary>
/// Keeps pages of other sites out, which a browser on the administrator's machine may have open: requests that one of them sends to the Admin API,
/// and names that an attacker's DNS server turns to this machine's address. Programs are let alone; only browsers tell where a page comes from.
/// </summary>
internal sealed class BrowserGuard
{
    private readonly FrozenSet<string> _hosts;
    private readonly FrozenSet<string> _origins;

    public BrowserGuard(ManagerSettings settings, string hostname)
    {
        Uri[] known = [.. settings.Urls.Append(settings.ApiUrl).Select(Parse).OfType<Uri>()];
        _hosts = known.Select(static url => url.Host).Append(hostname).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _origins = settings.Urls.Select(Parse).OfType<Uri>().Select(static url => url.GetLeftPart(UriPartial.Authority)).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether this node goes by the name that a browser knows it by.</summary>
    public bool Knows(HostString host) =>
        IsLoopback(host.Host) || IPAddress.TryParse(host.Host.Trim('[', ']'), out _) || _hosts.Contains(host.Host);

    /// <summary>Judges a request to an API.</summary>
    /// <returns>Why it is refused; null when it is not.</returns>
    public ApiAnswer? Refuse(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if ((origin.Length == 0 && site.Length == 0) || request.Method == "OPTIONS")
        {
            return null;
        }

        return !Knows(request.Host) ? ApiAnswer.Message(403, "the Host of this request is not one of admin_gui_url, admin_gui_api_url or an address of this node")
            : origin.Length > 0 && !IsFriend(origin, request.Host) ? ApiAnswer.Message(403, "pages of this Origin may not use the Admin API; admin_gui_url lists those that may")
            : origin.Length == 0 && site == "cross-site" && request.Headers["Sec-Fetch-Mode"] != "navigate"
                ? ApiAnswer.Message(403, "pages of other sites may not use the Admin API")
            : null;
    }

    // A page served by the same machine, on whatever port, or one of those that the settings name.
    private bool IsFriend(string origin, HostString host) =>
        _origins.Contains(origin)
        || (Parse(origin) is { } page && (page.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase) || (IsLoopback(page.Host) && IsLoopback(host.Host))));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static Uri? Parse(string? url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https" ? parsed : null;
}
