using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Pdk;

/// <summary>
/// Where the request goes, and how the connection there is made. Kong's <c>kong.service</c>. What is set holds for this request.
/// </summary>
/// <param name="context">The request it is a part of.</param>
public abstract class ServiceConnection(RequestContext context) : RequestModule(context)
{
    const Phase Connecting = Phase.Rewrite | Phase.Access | Phase.Balancer | Phase.Preread;
    const int LongestTimeout = 2147483646;

    /// <summary>The request to the service. Kong's <c>kong.service.request</c>.</summary>
    public abstract ServiceRequest Request { get; }

    /// <summary>The response of the service. Kong's <c>kong.service.response</c>.</summary>
    public abstract ServiceResponse Response { get; }

    /// <summary>The attempts to reach the service, in order; empty before the first. A new list at each call.</summary>
    [Phases(Phase.Any)]
    public abstract IReadOnlyList<ServiceAttempt> Attempts { get; }

    /// <summary>
    /// Sends the request to a target of an upstream, in place of the service's host. Port, algorithm and health checks are the upstream's.
    /// </summary>
    /// <param name="host">The upstream's name.</param>
    /// <returns>A failure, <c>could not find an Upstream named '…'</c>, if there is none; nothing has changed then.</returns>
    /// <exception cref="PhaseException">Not in <c>access</c>.</exception>
    [Kong("kong.service.set_upstream"), Phases(Phase.Access)]
    public Result SetUpstream(string host)
    {
        Require(Phase.Access);
        ArgumentNullException.ThrowIfNull(host);
        return SetUpstreamCore(host);
    }

    /// <summary>
    /// Sends the request to a host and a port, in place of the service's. The service also gets the host as its <c>Host</c> header.
    /// </summary>
    /// <param name="host">A name, an address, or the name of an upstream.</param>
    /// <param name="port">0 to 65535.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    /// <exception cref="KongArgumentException">The port is out of range.</exception>
    [Kong("kong.service.set_target"), Phases(Connecting)]
    public void SetTarget(string host, int port)
    {
        Require(Connecting);
        ArgumentNullException.ThrowIfNull(host);
        CheckRange(port, 0, 65535, "port", nameof(port));
        SetTargetCore(host, port);
    }

    /// <summary>Lets a plugin choose another target before each retry.</summary>
    /// <param name="callback">Called before a retry, in <c>balancer</c>; a failure ends the retries.</param>
    /// <exception cref="PhaseException">Not in <c>access</c>.</exception>
    [Kong("kong.service.set_target_retry_callback"), Phases(Phase.Access)]
    public void SetTargetRetryCallback(Func<RequestContext, Result> callback)
    {
        Require(Phase.Access);
        ArgumentNullException.ThrowIfNull(callback);
        SetTargetRetryCallbackCore(again => ValueTask.FromResult(callback(again)));
    }

    /// <summary>Lets a plugin choose another target before each retry, for which it may have to wait.</summary>
    /// <param name="callback">Called before a retry, in <c>balancer</c>; a failure ends the retries.</param>
    /// <exception cref="PhaseException">Not in <c>access</c>.</exception>
    [Kong("kong.service.set_target_retry_callback"), Phases(Phase.Access)]
    public void SetTargetRetryCallback(Func<RequestContext, ValueTask<Result>> callback)
    {
        Require(Phase.Access);
        ArgumentNullException.ThrowIfNull(callback);
        SetTargetRetryCallbackCore(callback);
    }

    /// <summary>How often the request may be tried again, in place of the service's <c>retries</c>.</summary>
    /// <param name="retries">0 to 32767.</param>
    /// <exception cref="PhaseException">Not in <c>access</c>.</exception>
    /// <exception cref="KongArgumentException">Out of range.</exception>
    [Kong("kong.service.set_retries"), Phases(Phase.Access)]
    public void SetRetries(int retries)
    {
        Require(Phase.Access);
        CheckRange(retries, 0, 32767, "retries", nameof(retries));
        SetRetriesCore(retries);
    }

    /// <summary>How long the connection to the service may take, in place of the service's timeouts.</summary>
    /// <param name="connect">To connect, in milliseconds, 1 to 2147483646.</param>
    /// <param name="write">Between two writes, in milliseconds, 1 to 2147483646.</param>
    /// <param name="read">Between two reads, in milliseconds, 1 to 2147483646.</param>
    /// <exception cref="PhaseException">Not in <c>access</c>.</exception>
    /// <exception cref="KongArgumentException">Out of range.</exception>
    [Kong("kong.service.set_timeouts"), Phases(Phase.Access)]
    public void SetTimeouts(int connect, int write, int read)
    {
        Require(Phase.Access);
        CheckRange(connect, 1, LongestTimeout, "connect_timeout", nameof(connect));
        CheckRange(write, 1, LongestTimeout, "write_timeout", nameof(write));
        CheckRange(read, 1, LongestTimeout, "read_timeout", nameof(read));
        SetTimeoutsCore(connect, write, read);
    }

    /// <summary>The certificate the gateway shows to the service, in place of the service's <c>client_certificate</c>.</summary>
    /// <param name="certificate">The certificate with its private key, and the chain that goes with it. Parse it once, not per
    /// request.</param>
    /// <returns>A failure if this connection cannot have one.</returns>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.set_tls_cert_key"), Phases(Connecting)]
    public Result SetTlsCertificate(TlsCertificate certificate)
    {
        Require(Connecting);
        ArgumentNullException.ThrowIfNull(certificate);
        return SetTlsCertificateCore(certificate);
    }

    /// <summary>Whether the service's certificate must be valid, in place of the service's <c>tls_verify</c>.</summary>
    /// <param name="on">Whether it is verified.</param>
    /// <returns>A failure if this connection cannot be told.</returns>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.set_tls_verify"), Phases(Connecting)]
    public Result SetTlsVerify(bool on)
    {
        Require(Connecting);
        return SetTlsVerifyCore(on);
    }

    /// <summary>How long the chain of the service's certificate may be, in place of the service's <c>tls_verify_depth</c>.</summary>
    /// <param name="depth">The number of intermediate certificates at most.</param>
    /// <returns>A failure if this connection cannot be told.</returns>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.set_tls_verify_depth"), Phases(Connecting)]
    public Result SetTlsVerifyDepth(int depth)
    {
        Require(Connecting);
        return SetTlsVerifyDepthCore(depth);
    }

    /// <summary>Which authorities the service's certificate may come from, in place of the service's <c>ca_certificates</c>.</summary>
    /// <param name="authorities">The authorities; not copied, and must outlive the request.</param>
    /// <returns>A failure if this connection cannot be told.</returns>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.set_tls_verify_store"), Phases(Connecting)]
    public Result SetTlsVerifyStore(X509Certificate2Collection authorities)
    {
        Require(Connecting);
        ArgumentNullException.ThrowIfNull(authorities);
        return SetTlsVerifyStoreCore(authorities);
    }

    /// <summary>See <see cref="SetUpstream"/>.</summary>
    /// <param name="host">The upstream's name.</param>
    protected abstract Result SetUpstreamCore(string host);

    /// <summary>See <see cref="SetTarget"/>.</summary>
    /// <param name="host">The host.</param>
    /// <param name="port">The port, in range.</param>
    protected abstract void SetTargetCore(string host, int port);

    /// <summary>See <see cref="SetTargetRetryCallback(Func{RequestContext, ValueTask{Result}})"/>.</summary>
    /// <param name="callback">What to call before a retry.</param>
    protected abstract void SetTargetRetryCallbackCore(Func<RequestContext, ValueTask<Result>> callback);

    /// <summary>See <see cref="SetRetries"/>.</summary>
    /// <param name="retries">The number, in range.</param>
    protected abstract void SetRetriesCore(int retries);

    /// <summary>See <see cref="SetTimeouts"/>.</summary>
    /// <param name="connect">Milliseconds, in range.</param>
    /// <param name="write">Milliseconds, in range.</param>
    /// <param name="read">Milliseconds, in range.</param>
    protected abstract void SetTimeoutsCore(int connect, int write, int read);

    /// <summary>See <see cref="SetTlsCertificate"/>.</summary>
    /// <param name="certificate">The certificate.</param>
    protected abstract Result SetTlsCertificateCore(TlsCertificate certificate);

    /// <summary>See <see cref="SetTlsVerify"/>.</summary>
    /// <param name="on">Whether it is verified.</param>
    protected abstract Result SetTlsVerifyCore(bool on);

    /// <summary>See <see cref="SetTlsVerifyDepth"/>.</summary>
    /// <param name="depth">The number of intermediate certificates at most.</param>
    protected abstract Result SetTlsVerifyDepthCore(int depth);

    /// <summary>See <see cref="SetTlsVerifyStore"/>.</summary>
    /// <param name="authorities">The authorities.</param>
    protected abstract Result SetTlsVerifyStoreCore(X509Certificate2Collection authorities);

    static void CheckRange(int value, int lowest, int highest, string name, string parameter)
    {
        if (value < lowest || value > highest)
            throw new KongArgumentException($"{name} must be an integer between {lowest} and {highest}: given {value}", parameter);
    }
}
