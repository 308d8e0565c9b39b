using System.Net;
using Gibbon.Pdk.Entities;

namespace Gibbon.Pdk;

/// <content>What an engine supplies.</content>
public abstract partial class Client
{
    /// <summary>See <see cref="Ip"/>.</summary>
    protected abstract IPAddress IpCore { get; }

    /// <summary>See <see cref="ForwardedIp"/>.</summary>
    protected abstract IPAddress ForwardedIpCore { get; }

    /// <summary>See <see cref="ForwardedIpText"/>.</summary>
    protected abstract string ForwardedIpTextCore { get; }

    /// <summary>See <see cref="Port"/>.</summary>
    protected abstract int PortCore { get; }

    /// <summary>See <see cref="ForwardedPort"/>.</summary>
    protected abstract int ForwardedPortCore { get; }

    /// <summary>See <see cref="Connection"/>.</summary>
    protected virtual ClientConnection ConnectionCore => new(IPAddress.Any, 0, 0);

    /// <summary>The consumer, in any phase: for the selection of plugins.</summary>
    protected Consumer? ConsumerCore => consumer;

    /// <summary>See <see cref="LoadConsumerAsync(string, bool)"/>.</summary>
    /// <param name="idOrUsername">An id or, if allowed, a user name.</param>
    /// <param name="searchByUsername">Whether user names are searched.</param>
    protected abstract ValueTask<Result<Consumer?>> LoadConsumerCore(string idOrUsername, bool searchByUsername);

    /// <summary>See <see cref="LoadConsumerAsync(Guid)"/>.</summary>
    /// <param name="id">The id.</param>
    protected abstract ValueTask<Result<Consumer?>> LoadConsumerCore(Guid id);

    /// <summary>See <see cref="GetProtocol"/>.</summary>
    /// <param name="allowTerminated">Whether <c>X-Forwarded-Proto</c> of a trusted peer counts.</param>
    protected abstract Result<string> GetProtocolCore(bool allowTerminated);

    /// <summary>For the engine: forgets who the client was.</summary>
    protected virtual void Reset()
    {
        consumer = null;
        credential = null;
        groups = [];
    }
}
