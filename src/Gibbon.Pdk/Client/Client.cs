using System.Collections.Immutable;
using System.Net;
using Gibbon.Pdk.Entities;

namespace Gibbon.Pdk;

/// <summary>Who is asking: addresses, consumer, credential. Kong's <c>kong.client</c>.</summary>
/// <param name="context">The request it is a part of.</param>
public abstract partial class Client(RequestContext context) : RequestModule(context)
{
    const Phase Known = Phase.Access | Phase.HeaderFilter | Phase.Response | Phase.BodyFilter | Phase.Log;

    Consumer? consumer;
    Credential? credential;
    ImmutableArray<string> groups = [];

    /// <summary>The TLS connection. Kong's <c>kong.client.tls</c>.</summary>
    public abstract ClientTls Tls { get; }

    /// <summary>The address of the peer: of a load balancer, if one stands before the gateway.</summary>
    /// <exception cref="PhaseException">The gateway is still starting.</exception>
    [Kong("kong.client.get_ip"), Phases(Phase.AnyButInitWorker)]
    public IPAddress Ip
    {
        get
        {
            Require(Phase.AnyButInitWorker);
            return IpCore;
        }
    }

    /// <summary>
    /// The address of the client, as trusted peers report it (<c>trusted_ips</c>, <c>real_ip_header</c>); else <see cref="Ip"/>.
    /// </summary>
    /// <exception cref="PhaseException">The gateway is still starting.</exception>
    [Kong("kong.client.get_forwarded_ip"), Phases(Phase.AnyButInitWorker)]
    public IPAddress ForwardedIp
    {
        get
        {
            Require(Phase.AnyButInitWorker);
            return ForwardedIpCore;
        }
    }

    /// <summary>The text of <see cref="ForwardedIp"/>, made at most once per connection.</summary>
    /// <exception cref="PhaseException">The gateway is still starting.</exception>
    [Kong("kong.client.get_forwarded_ip"), Phases(Phase.AnyButInitWorker)]
    public string ForwardedIpText
    {
        get
        {
            Require(Phase.AnyButInitWorker);
            return ForwardedIpTextCore;
        }
    }

    /// <summary>The port of the peer, 1 to 65535.</summary>
    /// <exception cref="PhaseException">The gateway is still starting.</exception>
    [Kong("kong.client.get_port"), Phases(Phase.AnyButInitWorker)]
    public int Port
    {
        get
        {
            Require(Phase.AnyButInitWorker);
            return PortCore;
        }
    }

    /// <summary>The port of the client, as trusted peers report it; else <see cref="Port"/>.</summary>
    /// <exception cref="PhaseException">The gateway is still starting.</exception>
    [Kong("kong.client.get_forwarded_port"), Phases(Phase.AnyButInitWorker)]
    public int ForwardedPort
    {
        get
        {
            Require(Phase.AnyButInitWorker);
            return ForwardedPortCore;
        }
    }

    /// <summary>
    /// The connection the request came on: Lua's <c>ngx.var.server_addr</c>, <c>connection</c> and <c>connection_requests</c>.
    /// </summary>
    /// <exception cref="PhaseException">The gateway is still starting.</exception>
    [Phases(Phase.AnyButInitWorker)]
    public ClientConnection Connection
    {
        get
        {
            Require(Phase.AnyButInitWorker);
            return ConnectionCore;
        }
    }

    /// <summary>The consumer the client has proved to be, the <c>anonymous</c> one included; <c>null</c> if none yet.</summary>
    /// <exception cref="PhaseException">Too early.</exception>
    [Kong("kong.client.get_consumer"), Phases(Known)]
    public Consumer? Consumer
    {
        get
        {
            Require(Known);
            return consumer;
        }
    }

    /// <summary>What the client proved its identity with; <c>null</c> if nothing yet.</summary>
    /// <exception cref="PhaseException">Too early.</exception>
    [Kong("kong.client.get_credential"), Phases(Known)]
    public Credential? Credential
    {
        get
        {
            Require(Known);
            return credential;
        }
    }

    /// <summary>
    /// The groups an authentication plugin found the client in (LDAP, token claims), which the acl plugin checks beside those of the
    /// consumer.
    /// Lua's <c>ngx.ctx.authenticated_groups</c>.
    /// </summary>
    /// <exception cref="PhaseException">Too early.</exception>
    [Phases(Known)]
    public ImmutableArray<string> Groups
    {
        get
        {
            Require(Known);
            return groups;
        }
    }

    /// <summary>Finds a consumer: by id if the text is one, else, if allowed, by user name. Never by <c>custom_id</c>.</summary>
    /// <param name="idOrUsername">An id or a user name.</param>
    /// <param name="searchByUsername">Whether user names are searched.</param>
    /// <returns>The consumer; a value of <c>null</c> if there is none.</returns>
    /// <exception cref="PhaseException">Too early.</exception>
    /// <exception cref="KongArgumentException"><c>cannot load a consumer with an id that is not a uuid</c>.</exception>
    [Kong("kong.client.load_consumer"), Phases(Known)]
    public ValueTask<Result<Consumer?>> LoadConsumerAsync(string idOrUsername, bool searchByUsername = false)
    {
        Require(Known);
        ArgumentNullException.ThrowIfNull(idOrUsername);
        if (!searchByUsername && !Guid.TryParseExact(idOrUsername, "D", out _))
            throw new KongArgumentException("cannot load a consumer with an id that is not a uuid", nameof(idOrUsername));

        return LoadConsumerCore(idOrUsername, searchByUsername);
    }

    /// <summary>Finds a consumer by its id.</summary>
    /// <param name="id">The id, as a credential has it.</param>
    /// <returns>The consumer; a value of <c>null</c> if there is none.</returns>
    /// <exception cref="PhaseException">Too early.</exception>
    [Kong("kong.client.load_consumer"), Phases(Known)]
    public ValueTask<Result<Consumer?>> LoadConsumerAsync(Guid id)
    {
        Require(Known);
        return LoadConsumerCore(id);
    }

    /// <summary>
    /// Says who the client is. Plugins that run later are selected by the consumer at once. Sets no header: that is the plugin's.
    /// </summary>
    /// <param name="consumer">The consumer; <c>null</c> if the credential belongs to none.</param>
    /// <param name="credential">The credential; <c>null</c> for the <c>anonymous</c> consumer.</param>
    /// <exception cref="PhaseException">Not in <c>access</c>.</exception>
    /// <exception cref="KongArgumentException"><c>either credential or consumer must be provided</c>.</exception>
    [Kong("kong.client.authenticate"), Phases(Phase.Access)]
    public void Authenticate(Consumer? consumer, Credential? credential)
    {
        Require(Phase.Access);
        if (consumer is null && credential is null)
            throw new KongArgumentException("either credential or consumer must be provided", nameof(consumer));

        this.consumer = consumer;
        this.credential = credential;
    }

    /// <summary>Says which groups the client is in. See <see cref="Groups"/>.</summary>
    /// <param name="groups">The groups.</param>
    /// <exception cref="PhaseException">Not in <c>access</c>.</exception>
    [Phases(Phase.Access)]
    public void SetGroups(ImmutableArray<string> groups)
    {
        Require(Phase.Access);
        this.groups = groups.IsDefault ? [] : groups;
    }

    /// <summary>
    /// The protocol of the route, if it has only one; else that of the connection: <c>http</c>, <c>https</c>, <c>tcp</c>, <c>tls</c> …
    /// </summary>
    /// <param name="allowTerminated">Whether <c>X-Forwarded-Proto</c> of a trusted peer counts.</param>
    /// <returns>The protocol, or <c>No active route found</c> or <c>Only one X-Forwarded-Proto header allowed</c>.</returns>
    /// <exception cref="PhaseException">Too early.</exception>
    [Kong("kong.client.get_protocol"), Phases(Known)]
    public Result<string> GetProtocol(bool allowTerminated = false)
    {
        Require(Known);
        return GetProtocolCore(allowTerminated);
    }
}
