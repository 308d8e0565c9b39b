using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Balancing.Health;
using Gibbon.Balancing.Recording;
using Gibbon.Pdk.Entities;

namespace Gibbon.Balancing.Probes;

/// <summary>Asks an address whether it works, as an upstream's active health check says. Each step may take as long as its <c>timeout</c>.</summary>
internal sealed class Probe(Upstream upstream, TargetAddress address, ProbeIdentity identity, TimeProvider time)
{
    private readonly ActiveHealthcheck _check = upstream.Healthchecks.Active;

    private TimeSpan Limit => TimeSpan.FromSeconds(_check.Timeout is > 0 ? _check.Timeout.Value : 1);

    private bool IsTls => _check.Type is HealthcheckType.Https or HealthcheckType.Grpcs;

    private bool IsGrpc => _check.Type is HealthcheckType.Grpc or HealthcheckType.Grpcs;

    /// <summary>Makes the probe and says what it counts for.</summary>
    /// <param name="rules">Which statuses are good.</param>
    /// <param name="cancellation">Gives it up; then it throws.</param>
    public async Task<ProbeRecord> RunAsync(HealthRules rules, CancellationToken cancellation)
    {
        long started = time.GetTimestamp();
        ProbeOutcome outcome = await AskAsync(cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return new ProbeRecord(
            time.GetUtcNow(),
            (_check.Type ?? HealthcheckType.Http).ToString().ToLowerInvariant(),
            outcome.Failure ?? rules.Judge(outcome.Status),
            outcome.Status,
            time.GetElapsedTime(started),
            outcome.Error);
    }

    private async Task<ProbeOutcome> AskAsync(CancellationToken cancellation)
    {
        using Socket socket = new(address.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            limit.CancelAfter(Limit);
            await socket.ConnectAsync(address.EndPoint, limit.Token).ConfigureAwait(false);
            if (_check.Type == HealthcheckType.Tcp)
            {
                return ProbeOutcome.Connected;
            }

            await using Stream stream = await OpenAsync(socket, limit).ConfigureAwait(false);
            return IsGrpc
                ? await new GrpcProbe(upstream, address).AskAsync(stream, limit, Limit).ConfigureAwait(false)
                : await new HttpProbe(upstream, address).AskAsync(stream, limit, Limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return ProbeOutcome.TimedOut;
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or HttpRequestException
            or InvalidOperationException)
        {
            return limit.IsCancellationRequested ? ProbeOutcome.TimedOut : ProbeOutcome.Failed((failure.InnerException ?? failure).Message);
        }
    }

    private async Task<Stream> OpenAsync(Socket socket, CancellationTokenSource limit)
    {
        var clear = new NetworkStream(socket, ownsSocket: false);
        if (!IsTls)
        {
            return clear;
        }

        var secure = new SslStream(clear);
        limit.CancelAfter(Limit);
        try
        {
            await secure.AuthenticateAsClientAsync(TlsOptions(), limit.Token).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private SslClientAuthenticationOptions TlsOptions() => new()
    {
        TargetHost = _check.HttpsSni ?? address.Peer.Host,
        ClientCertificateContext = identity.ClientCertificate?.Context,
        ApplicationProtocols = IsGrpc ? [SslApplicationProtocol.Http2] : null,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = identity.TrustStore is { } trusted ? Policy(trusted) : null,
        RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None || !_check.HttpsVerifyCertificate,
    };

    private static X509ChainPolicy Policy(X509Certificate2Collection trusted)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trusted);
        return policy;
    }
}
