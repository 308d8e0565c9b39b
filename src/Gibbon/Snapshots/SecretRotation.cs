using Gibbon.Pdk.Entities;
using Gibbon.Storage;
using Gibbon.Vaults;
using ITimers = Gibbon.Pdk.ITimers;

namespace Gibbon.Snapshots;

/// <summary>
/// Has secrets fetched anew when their time is over, and compiled anew what refers to them if they changed, or if they came after the configuration had gone live without them.
/// </summary>
/// <param name="live">The configuration that requests see.</param>
/// <param name="store">The entities.</param>
/// <param name="timers">Run it.</param>
internal sealed class SecretRotation(LiveSnapshot live, EntityStore store, ITimers timers)
{
    // Kong's interval.
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    // Late secrets seldom come alone.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private int _isDue;

    /// <summary>Begins.</summary>
    public void Start()
    {
        timers.Every(s_interval, async _ =>
        {
            if (await live.Current.Secrets.RefreshAsync().ConfigureAwait(false))
            {
                Publish();
            }
        });
        live.Current.Secrets.CameLate += PublishSoon;
    }

    private void PublishSoon()
    {
        if (Interlocked.Exchange(ref _isDue, 1) == 0)
        {
            timers.At(s_pause, _ =>
            {
                Volatile.Write(ref _isDue, 0);
                Publish();
                return ValueTask.CompletedTask;
            });
        }
    }

    private void Publish() => store.Touch(static entities =>
    [
        .. entities.All<Certificate>().Where(HasSecret).Select(static certificate => new ChangedEntity("certificates", certificate, certificate)),
        .. entities.All<Plugin>().Where(static plugin => SecretReferences.IsIn(plugin.Config)).Select(static plugin => new ChangedEntity("plugins", plugin, plugin)),
    ]);

    /// <summary>Whether a certificate, or its key, is in a vault.</summary>
    public static bool HasSecret(Certificate certificate) =>
        SecretReferences.IsIn(certificate.Cert) || SecretReferences.IsIn(certificate.Key)
        || SecretReferences.IsIn(certificate.CertAlt) || SecretReferences.IsIn(certificate.KeyAlt);
}
