using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.AzureFunctions;

/// <summary>Which function answers.</summary>
sealed record AzureFunctionsConfig
{
    /// <summary>How long an answer may take, in milliseconds.</summary>
    public double? Timeout { get; init; } = 600000;

    /// <summary>How long an unused connection is kept, in milliseconds.</summary>
    public double? Keepalive { get; init; } = 60000;

    /// <summary>Whether TLS is spoken.</summary>
    public bool? Https { get; init; } = true;

    /// <summary>Whether the certificate must be valid.</summary>
    public bool? HttpsVerify { get; init; } = false;

    /// <summary>The key that the function asks for.</summary>
    [Referenceable, Encrypted]
    public string? Apikey { get; init; }

    /// <summary>Whose key it is.</summary>
    [Referenceable, Encrypted]
    public string? Clientid { get; init; }

    /// <summary>The name of the app.</summary>
    public required string Appname { get; init; }

    /// <summary>The domain of the app.</summary>
    public string Hostdomain { get; init; } = "azurewebsites.net";

    /// <summary>What stands before the function's name in paths.</summary>
    public string? Routeprefix { get; init; } = "api";

    /// <summary>The name of the function.</summary>
    public required string Functionname { get; init; }

    internal Uri Url => field ??= new Uri(
        $"{(Https is true ? "https" : "http")}://{Appname}.{Hostdomain}{Prefix(Routeprefix)}/{Functionname.Trim('/')}");

    static string Prefix(string? prefix) => prefix?.Trim('/') is { Length: > 0 } trimmed ? "/" + trimmed : "";
}
