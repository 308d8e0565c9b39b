namespace Gibbon.Pdk;

/// <summary>
/// Where in its life a request (or the gateway) is. The bits are those of Kong's phase checker, so that a set of phases is a number both
/// sides agree on.
/// </summary>
[Flags]
public enum Phase
{
    /// <summary>Outside every phase: a timer, an event, a queue's handler.</summary>
    None = 0,

    /// <summary>The gateway starts; no request exists.</summary>
    InitWorker = 0x1,

    /// <summary>The TLS handshake chooses a certificate; no route is known.</summary>
    Certificate = 0x2,

    /// <summary>The client's TLS hello has been read.</summary>
    ClientHello = 0x8,

    /// <summary>The request's head has been read, before routing. Only global configurations run.</summary>
    Rewrite = 0x10,

    /// <summary>The route is known, the service not yet contacted. Here the configurations of the request are collected.</summary>
    Access = 0x20,

    /// <summary>A target is being chosen: once per try.</summary>
    Balancer = 0x40,

    /// <summary>The whole response of the service has been read, nothing has been sent. Implies buffering.</summary>
    Response = 0x80,

    /// <summary>A data plane's connection to the control plane.</summary>
    ClusterListener = 0x100,

    /// <summary>The head of the response is ready to be sent.</summary>
    HeaderFilter = 0x200,

    /// <summary>A piece of the response's body is ready to be sent: once per piece.</summary>
    BodyFilter = 0x400,

    /// <summary>The response has been sent. The last phase of a request.</summary>
    Log = 0x2000,

    /// <summary>A TCP, TLS or UDP stream has been accepted; the counterpart of <see cref="Access"/>.</summary>
    Preread = 0x4000,

    /// <summary>The gateway itself is answering because something failed.</summary>
    Error = 0x1000000,

    /// <summary>A request to the Admin API.</summary>
    AdminApi = 0x10000000,

    /// <summary>Every phase in which an HTTP request exists: what Kong's documentation calls "request".</summary>
    Request = Rewrite | Access | Balancer | Response | ClusterListener | HeaderFilter | BodyFilter | Log | Error | AdminApi,

    /// <summary>Every phase except <see cref="InitWorker"/>.</summary>
    AnyButInitWorker = Certificate | ClientHello | Preread | Request,

    /// <summary>No restriction; also outside of every phase.</summary>
    Any = InitWorker | AnyButInitWorker,
}
