using Gibbon.Pdk.Entities;
using Gibbon.Storage;
using Gibbon.Vaults;

namespace Gibbon.Snapshots;

/// <summary>Has secrets fetched anew when their time is over, and compiled anew what refers to them if they changed.</summary>
/// <param name="live">The configuration that requests see.</param>
/// <param name="store">The entities.</param>
internal sealed class SecretRotation(LiveSnapshot live, EntityStore store)
{
    /// <summary>How often it looks; Kong's interval.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Looks.</summary>
    public void Run()
    {
        if (live.Current.Secrets.Refresh())
        {
            store.Touch(static entities =>
            [
                .. entities.All<Certificate>().Where(HasSecret).Select(static certificate => new ChangedEntity("certificates", certificate, certificate)),
                .. entities.All<Plugin>().Where(static plugin => SecretReferences.IsIn(plugin.Config)).Select(static plugin => new ChangedEntity("plugins", plugin, plugin)),
            ]);
        }
    }

    /// <summary>Whether a certificate, or its key, is in a vault.</summary>
    public static bool HasSecret(Certificate certificate) =>
        SecretReferences.IsIn(certificate.Cert) || SecretReferences.IsIn(certificate.Key)
        || SecretReferences.IsIn(certificate.CertAlt) || SecretReferences.IsIn(certificate.KeyAlt);
}
