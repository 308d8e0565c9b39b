using System.Text;

namespace Gibbon.Plugins.Acme;

/// <summary>The keys under which things are kept; Kong's, so that its nodes find them.</summary>
static class AcmeKeys
{
    /// <summary>What the keys of certificates begin with.</summary>
    public const string Certificate = "kong_acme:cert_key:";

    /// <summary>What the keys of those begin with that are renewed.</summary>
    public const string Renewal = "kong_acme:renew_config:";

    /// <summary>When renewals were last looked for.</summary>
    public const string LastRun = "kong_acme:renew_last_run";

    public static string OfCertificate(string host) => Certificate + host;

    public static string OfRenewal(string host) => Renewal + host;

    public static string OfBackoff(string host) => "kong_acme:fail_backoff:" + host;

    public static string OfLock(string host) => "kong_acme:update_lock:" + host;

    public static string OfChallenge(string token) => token + "#http-01";

    public static string OfAccount(AcmeConfig config) =>
        $"kong_acme:account:{config.ApiUri}:{Convert.ToBase64String(Encoding.UTF8.GetBytes(config.AccountEmail))}";
}
