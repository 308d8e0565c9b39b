using System.Security.Cryptography.X509Certificates;
using Gibbon.Balancing;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Upstreams;
using Gibbon.Snapshots;

namespace Gibbon.Proxy.Exchanges;

/// <summary>
/// How a request will be passed on: at first what its service says, then what plugins made of it (<c>kong.service.*</c>). Reused from request
/// to request.
/// </summary>
internal sealed class ServiceCall
{
    private ServiceTry[] _tries = new ServiceTry[2];

    /// <summary>The service, or null for a route without one.</summary>
    public CompiledService? Service { get; private set; }

    public Protocol Protocol { get; set; }

    /// <summary>Where to go when <see cref="Balancer"/> is null.</summary>
    public EndPoints? EndPoints { get; set; }

    /// <summary>The balancer of the upstream that takes the request, or null.</summary>
    public Balancer? Balancer { get; set; }

    /// <summary>The address that <see cref="Balancer"/> gave for the try that is under way, or the last; null without a balancer.</summary>
    public TargetAddress? Target { get; private set; }

    /// <summary>The balancer that <see cref="Target"/> is from.</summary>
    public Balancer? TakenFrom { get; private set; }

    /// <summary>Whether the exchange ended by the client's doing, or ours: the service is not to be judged by it.</summary>
    public bool IsServiceBlameless { get; set; }

    /// <summary>Where the request has failed.</summary>
    public TriedAddresses Tried { get; } = new();

    /// <summary>The hash that decides over the target of a request to an upstream that hashes; made once a request.</summary>
    public uint? Hash { get; set; }

    /// <summary>The cookie that the client gets with the answer; null for none.</summary>
    public BalancerCookie? Cookie { get; set; }

    /// <summary>A plugin chose the target: no retries by the balancer's rules, no health is counted.</summary>
    public bool IsTargetSet { get; set; }

    /// <summary>Asked for a new target before each retry, if a plugin set it.</summary>
    public Func<RequestContext, ValueTask<Result>>? RetryCallback { get; set; }

    public int Retries { get; set; }

    public UpstreamTimeouts Timeouts { get; set; }

    /// <summary>The path with query that a plugin set (<c>kong.service.request.set_path</c>); null: made from route and service.</summary>
    public string? Path { get; set; }

    /// <summary>The path that a plugin set for calls of gRPC; null: the client's.</summary>
    public string? GrpcPath { get; set; }

    /// <summary>The query that a plugin set, without <c>?</c>; null: the client's.</summary>
    public string? RawQuery { get; set; }

    /// <summary>The method that a plugin set; null: the client's.</summary>
    public string? Method { get; set; }

    /// <summary>The Host that a plugin set; null: by the rules of route and balancer.</summary>
    public string? Host { get; set; }

    public bool? TlsVerify { get; set; }

    public int? TlsVerifyDepth { get; set; }

    public X509Certificate2Collection? TrustStore { get; set; }

    public Pdk.TlsCertificate? ClientCertificate { get; set; }

    /// <summary>Whether the whole answer is read before anything is sent.</summary>
    public bool BufferResponse { get; set; }

    public bool IsTls => Protocol is Protocol.Https or Protocol.Grpcs or Protocol.Tls;

    public bool IsGrpc => Protocol is Protocol.Grpc or Protocol.Grpcs;

    /// <summary>The attempts so far.</summary>
    public ReadOnlySpan<ServiceTry> Tries => _tries.AsSpan(0, TryCount);

    public int TryCount { get; private set; }

    /// <summary>The attempt that is under way.</summary>
    public ref ServiceTry LastTry => ref _tries[TryCount - 1];

    /// <summary>Takes over what a service says; a target that a plugin chose before the route was known stays.</summary>
    public void Begin(CompiledService? service, Balancer? balancer)
    {
        Service = service;
        if (service is null)
        {
            return;
        }

        Protocol = service.Service.Protocol;
        if (EndPoints is null)
        {
            EndPoints = service.EndPoints;
            Balancer = balancer;
        }

        Retries = service.Retries;
        Timeouts = new UpstreamTimeouts(service.ConnectTimeout, service.WriteTimeout, service.ReadTimeout);
    }

    /// <summary>Attempts that do not count against <see cref="Retries"/>: a kept connection turned out to be closed.</summary>
    public int FreeTries { get; set; }

    /// <summary>The try goes to an address that a balancer gave, or to none.</summary>
    public void Take(TargetAddress? target)
    {
        Target = target;
        TakenFrom = target is null ? null : Balancer;
        TakenFrom?.Take(target!);
    }

    /// <summary>The try is over at its address, which is given back.</summary>
    public TargetAddress? Release()
    {
        TargetAddress? target = Target;
        if (target is not null)
        {
            TakenFrom!.Release(target);
        }

        Target = null;
        return target;
    }

    /// <summary>Forgets the attempt that came to nothing before it began.</summary>
    public void DropTry() => TryCount--;

    /// <summary>Starts another attempt.</summary>
    public ref ServiceTry AddTry()
    {
        if (TryCount == _tries.Length)
        {
            Array.Resize(ref _tries, _tries.Length * 2);
        }

        _tries[TryCount] = default;
        return ref _tries[TryCount++];
    }

    public void Reset()
    {
        Service = null;
        EndPoints = null;
        Balancer = null;
        IsTargetSet = false;
        RetryCallback = null;
        Path = GrpcPath = RawQuery = Method = Host = null;
        TlsVerify = null;
        TlsVerifyDepth = null;
        TrustStore = null;
        ClientCertificate = null;
        BufferResponse = false;
        TryCount = 0;
        FreeTries = 0;
        IsServiceBlameless = false;
        Target = null;
        TakenFrom = null;
        Hash = null;
        Cookie = null;
        Tried.Clear();
    }
}
