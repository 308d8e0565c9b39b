using System.Security.Cryptography.X509Certificates;
using Gibbon.Balancing;
using Gibbon.Pdk;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="ServiceConnection"/> over an exchange: what plugins say goes into the <see cref="ServiceCall"/>.</summary>
internal sealed class ExchangeService(Exchange exchange) : ServiceConnection(exchange)
{
    public override ServiceRequest Request { get; } = new ExchangeServiceRequest(exchange);

    public override ServiceResponse Response { get; } = new ExchangeServiceResponse(exchange);

    public override IReadOnlyList<ServiceAttempt> Attempts
    {
        get
        {
            ReadOnlySpan<ServiceTry> tries = exchange.Call.Tries;
            ServiceAttempt[] attempts = new ServiceAttempt[tries.Length];
            for (int i = 0; i < tries.Length; i++)
            {
                ref readonly ServiceTry made = ref tries[i];
                attempts[i] = new ServiceAttempt(
                    made.EndPoint?.Address, made.EndPoint?.Port ?? 0, made.HostName, exchange.NanosecondsAt(made.Started), made.BalancerLatency, made.State,
                    made.Code);
            }

            return attempts;
        }
    }

    protected override Result SetUpstreamCore(string host)
    {
        if (exchange.Snapshot.FindBalancer(host) is not { } balancer)
        {
            return Result.Failure($"could not find an Upstream named '{host}'");
        }

        exchange.Call.Balancer = balancer;
        exchange.Call.IsTargetSet = false;
        return Result.Ok;
    }

    protected override void SetTargetCore(string host, int port)
    {
        exchange.Call.EndPoints = new EndPoints(host, port);
        exchange.Call.Balancer = exchange.Snapshot.FindBalancer(host);
        exchange.Call.IsTargetSet = exchange.Call.Balancer is null;
        exchange.Call.Host = exchange.Call.Balancer is null ? host : null;
    }

    protected override void SetTargetRetryCallbackCore(Func<RequestContext, ValueTask<Result>> callback) => exchange.Call.RetryCallback = callback;

    protected override void SetRetriesCore(int retries) => exchange.Call.Retries = retries;

    protected override void SetTimeoutsCore(int connect, int write, int read) =>
        exchange.Call.Timeouts = new UpstreamTimeouts(connect, write, read);

    protected override Result SetTlsCertificateCore(Pdk.TlsCertificate certificate)
    {
        exchange.Call.ClientCertificate = certificate;
        return Result.Ok;
    }

    protected override Result SetTlsVerifyCore(bool on)
    {
        exchange.Call.TlsVerify = on;
        return Result.Ok;
    }

    protected override Result SetTlsVerifyDepthCore(int depth)
    {
        exchange.Call.TlsVerifyDepth = depth;
        return Result.Ok;
    }

    protected override Result SetTlsVerifyStoreCore(X509Certificate2Collection authorities)
    {
        exchange.Call.TrustStore = authorities;
        return Result.Ok;
    }
}
