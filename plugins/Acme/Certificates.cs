using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Acme.Protocol;
using Gibbon.Plugins.Acme.Storage;

namespace Gibbon.Plugins.Acme;

/// <summary>The certificates of a configuration: looks them up, gets new ones, and renews those that end soon.</summary>
/// <param name="host">The gateway.</param>
/// <param name="config">The configuration.</param>
/// <param name="storage">The storage.</param>
sealed class Certificates(PluginHost host, AcmeConfig config, IAcmeStorage storage)
{
    const string CacheFailure = "no certificate and key in storage";

    static readonly TimeSpan Lock = TimeSpan.FromSeconds(30);
    static readonly TimeSpan CacheTime = TimeSpan.FromHours(1);
    static readonly TimeSpan NoneTime = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    readonly PluginLogger log = host.Logger("acme");
    readonly CertificateKeeper keeper = new(host, storage);

    /// <summary>The certificate of a name for a handshake, through the node's cache.</summary>
    /// <returns>The certificate, <c>null</c> if there is none, or why it cannot be had.</returns>
    public ValueTask<Result<TlsCertificate?>> FindAsync(string name)
    {
        var key = AcmeKeys.OfCertificate(name);
        return host.Cache.GetAsync(
            host.Entities<AcmeStorageRow>().CacheKey(key),
            (storage, key),
            static async (search, _) =>
            {
                var found = await search.storage.GetAsync(search.key);
                if (!found.IsOk)
                    return CacheEntry<TlsCertificate>.Failure(found.Error);

                if (found.Value.Text is not { } text)
                    return (TlsCertificate?)null;

                var loaded = KeyAndCertificate.Read(text)?.Load() ?? Result.Failure<TlsCertificate>(CacheFailure);
                return loaded.IsOk ? loaded.Value : CacheEntry<TlsCertificate>.Failure(loaded.Error);
            },
            new CacheOptions { TimeToLive = CacheTime, NegativeTimeToLive = NoneTime });
    }

    /// <summary>The certificate of a name as it is kept.</summary>
    public ValueTask<Result<Kept>> GetAsync(string name) => keeper.GetAsync(name);

    /// <summary>The names that are renewed.</summary>
    public async ValueTask<Result<IReadOnlyList<string>>> NamesAsync()
    {
        var keys = await storage.ListAsync(AcmeKeys.Renewal);
        return keys.IsOk ? keys.Value.Select(static key => key[AcmeKeys.Renewal.Length..]).ToArray() : keys;
    }

    /// <summary>Gets a certificate, unless somebody else is at it.</summary>
    /// <param name="name">For whom.</param>
    /// <param name="oldKey">The key that it shall have, in PEM; <c>null</c> makes one.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <returns>What went wrong, if anything.</returns>
    public async ValueTask<Result> UpdateAsync(string name, string? oldKey, CancellationToken cancellation)
    {
        var backoff = await storage.GetAsync(AcmeKeys.OfBackoff(name));
        if (!backoff.IsOk)
            log.Warn($"failed to read backoff status for {name} : {backoff.Error}");
        else if (long.TryParse(backoff.Value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var until))
            return Result.Failure(
                $"please try again in {until - Now()} seconds for host {name} because of previous failure; this is configurable with config.fail_backoff_minutes");

        var taken = await storage.AddAsync(AcmeKeys.OfLock(name), "placeholder", Lock);
        if (!taken.IsOk)
        {
            log.Info($"update_certificate for {name} is already running: {taken.Error}");
            return Result.Ok;
        }

        var updated = await OrderAsync(name, oldKey, cancellation);
        if (!updated.IsOk)
            await BackOffAsync(name);

        var freed = await storage.DeleteAsync(AcmeKeys.OfLock(name));
        if (!freed.IsOk)
            log.Warn($"failed to delete update_certificate lock for {name}: {freed.Error}");

        return updated;
    }

    /// <summary>Has a name renewed from now on.</summary>
    public ValueTask<Result> RememberAsync(string name)
    {
        var renewal = new ValueMap { ["host"] = name, ["expire_at"] = Now() + (long)(90 * Day).TotalSeconds };
        return storage.SetAsync(AcmeKeys.OfRenewal(name), Encoding.UTF8.GetString(ValueJson.Write(renewal)));
    }

    /// <summary>Renews what ends soon.</summary>
    public async ValueTask RenewAsync(CancellationToken cancellation)
    {
        var names = await NamesAsync();
        if (!names.IsOk)
        {
            log.Err($"can't list renew hosts: {names.Error}");
            return;
        }

        var noted = await storage.SetAsync(
            AcmeKeys.LastRun, host.Time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        if (!noted.IsOk)
            log.Warn($"can't set renew_last_run: {noted.Error}");

        foreach (var name in names.Value)
            await RenewAsync(name, cancellation);
    }

    long Now() => host.Time.GetUtcNow().ToUnixTimeSeconds();

    async ValueTask RenewAsync(string name, CancellationToken cancellation)
    {
        var kept = await keeper.GetAsync(name);
        if (!kept.IsOk)
        {
            log.Err($"error loading existing certkey for host: {name}: {kept.Error}");
            return;
        }

        if (kept.Value.Pair is not { } pair)
        {
            log.Warn($"deleting renewal config for host: {name}");
            await storage.DeleteAsync(AcmeKeys.OfRenewal(name));
            return;
        }

        if (!EndsSoon(pair))
        {
            log.Info($"certificate for {name} is not due for renewal");
            return;
        }

        log.Info($"renew certificate for host {name}");
        var updated = await UpdateAsync(name, pair.Key, cancellation);
        if (!updated.IsOk)
            log.Err($"failed to renew certificate: {updated.Error}");
    }

    // What cannot be read is renewed as well.
    bool EndsSoon(KeyAndCertificate pair)
    {
        using var certificate = pair.Open();
        return certificate is null || certificate.NotAfter.ToUniversalTime() - (Day * (config.RenewThresholdDays ?? 14)) <= host.Time.GetUtcNow().UtcDateTime;
    }

    async ValueTask BackOffAsync(string name)
    {
        var pause = TimeSpan.FromMinutes(config.FailBackoffMinutes ?? 5);
        if (pause <= TimeSpan.Zero)
            return;

        var until = (Now() + (long)pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var set = await storage.SetAsync(AcmeKeys.OfBackoff(name), until, pause);
        if (!set.IsOk)
            log.Warn($"failed to set fallback key for {name}: {set.Error}");
    }

    async ValueTask<Result> OrderAsync(string name, string? oldKey, CancellationToken cancellation)
    {
        var account = await new AccountKeys(host, storage).GetAsync(config);
        if (!account.IsOk)
            return Result.Failure(account.Error);

        using var accountKey = account.Value;
        using var key = (oldKey is null ? null : AcmeKey.Read(oldKey)) ?? NewKey();
        var connection = new AcmeConnection(host.Http.Get(new HttpClientOptions()), accountKey);
        var client = new AcmeClient(connection, (time, stop) => Task.Delay(time, host.Time, stop));
        var certificate = await new CertificateOrder(config, client, accountKey, storage, SpreadAsync).RunAsync(name, key, cancellation);
        if (!certificate.IsOk)
            return Result.Failure(certificate.Error);

        var pair = new KeyAndCertificate(key.Pem, certificate.Value);
        var loaded = pair.Load();
        return loaded.IsOk ? await keeper.SetAsync(name, pair) : Result.Failure($"the authority gave no certificate of the key: {loaded.Error}");
    }

    AcmeKey NewKey() => config.CertType == "ecc" ? AcmeKey.CreateElliptic() : AcmeKey.CreateRsa((int)(config.RsaKeySize ?? 4096));

    // The nodes of a control plane hear of a challenge a little later.
    Task SpreadAsync(CancellationToken cancellation)
    {
        if (host.Settings.Role == "traditional")
            return Task.CompletedTask;

        var wait = TimeSpan.FromSeconds(2 * (host.Settings["db_update_frequency"] switch { double seconds => seconds, long seconds => seconds, _ => 5 }));
        log.Info($"waiting {wait.TotalSeconds} seconds until all nodes know the challenge");
        return Task.Delay(wait, host.Time, cancellation);
    }
}
