using System.Globalization;
using System.Text.Encodings.Web;
using Gibbon.Settings;

namespace Gibbon.Admin.Manager;

/// <summary>What a page is told of the node that serves it: <c>kconfig.js</c>, which Kong Manager reads too, and what it may connect to.</summary>
internal sealed class BrowserConfiguration
{
    private readonly string? _apiUrl;
    private readonly int? _port;
    private readonly int? _tlsPort;

    public BrowserConfiguration(GatewaySettings settings)
    {
        _apiUrl = settings.Manager.ApiUrl;
        _port = settings.Listeners.Admin.FirstOrDefault(static address => !address.Ssl)?.Port;
        _tlsPort = settings.Listeners.Admin.FirstOrDefault(static address => address.Ssl)?.Port;
        (string Name, string Value)[] values =
        [
            ("ADMIN_GUI_PATH", settings.Manager.Path),
            ("ADMIN_API_URL", _apiUrl ?? ""),
            ("ADMIN_API_PORT", Text(_port)),
            ("ADMIN_API_SSL_PORT", Text(_tlsPort)),
            ("ANONYMOUS_REPORTS", "false"),
        ];
        Script = "window.K_CONFIG = {\n"
            + string.Join(",\n", values.Select(static item => $"  '{item.Name}': '{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(item.Value).Replace("'", "\\u0027", StringComparison.Ordinal)}'"))
            + "\n}\n";
    }

    /// <summary>The text of <c>kconfig.js</c>.</summary>
    public string Script { get; }

    /// <summary>What pages may connect to: this server, and the Admin API.</summary>
    /// <param name="host">The name by which the browser knows this server, without a port.</param>
    public string Connectable(string host)
    {
        if (_apiUrl is not null)
        {
            string url = _apiUrl.Contains("://", StringComparison.Ordinal) ? _apiUrl : "https://" + _apiUrl;
            return Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) ? $"'self' {parsed.GetLeftPart(UriPartial.Authority)}" : "'self'";
        }

        return string.Join(' ', ((string?[])["'self'", _port is null ? null : $"http://{host}:{Text(_port)}", _tlsPort is null ? null : $"https://{host}:{Text(_tlsPort)}"])
            .OfType<string>());
    }

    private static string Text(int? port) => port?.ToString(CultureInfo.InvariantCulture) ?? "";
}
