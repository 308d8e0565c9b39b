using System.Net;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.client</c>, <c>kong.ip</c> and <c>kong.router</c>.</summary>
internal static class ClientFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("client_ip", static call => call.Return(call.Context.Client.Ip.ToString())),
        new("client_forwarded_ip", static call => call.Return(call.Context.Client.ForwardedIpText)),
        new("client_port", static call => call.Return(call.Context.Client.Port)),
        new("client_forwarded_port", static call => call.Return(call.Context.Client.ForwardedPort)),
        new("client_consumer", static call => Entity(call, call.Context.Client.Consumer)),
        new("client_has_consumer", static call => call.Return(call.Context.Client.Consumer is null ? 0.0 : 1.0)),
        new("client_credential", static call => Credential(call)),
        new("client_load_consumer", static call => LoadConsumer(call)),
        new("client_authenticate", static call => Authenticate(call)),
        new("client_protocol", static call => Protocol(call)),
        new("client_groups", static call => Groups(call)),
        new("client_set_groups", static call => SetGroups(call)),
        new("shared_get", static call => SharedValue(call)),
        new("shared_set", static call => SetSharedValue(call)),
        new("client_certificate_chain", static call => call.Return(call.Context.Client.Tls.GetFullClientCertificateChain())),
        new("client_request_certificate", static call => call.Return(call.Context.Client.Tls.RequestClientCertificate())),
        new("client_disable_session_reuse", static call => call.Return(call.Context.Client.Tls.DisableSessionReuse())),
        new("client_set_verify", static call => ResponseFunctions.Done(call, c => c.Context.Client.Tls.SetClientVerify(ClientVerify.Parse(c.Text(1))))),
        new("ip_is_trusted", static call => call.Return(
            IPAddress.TryParse(call.TextOrNull(1), out IPAddress? address) && (call.State.Surroundings.Host?.Ip.IsTrusted(address) ?? false))),
        new("router_route", static call => Entity(call, call.Context.Router.Route)),
        new("router_service", static call => Entity(call, call.Context.Router.Service)),
    ];

    /// <summary>An entity's record as a table, as Kong's entities are: no key for what is null.</summary>
    public static int Entity(LuaCall call, object? record)
    {
        if (record is null)
        {
            LuaApi.lua_pushnil(call.L);
        }
        else
        {
            EntityTables.Push(call.L, record, call.State);
        }

        return 1;
    }

    private static int Credential(LuaCall call)
    {
        Credential? credential = call.Context.Client.Credential;
        if (credential?.Entity is null && credential is not null)
        {
            var map = new ValueMap { ["id"] = credential.Id };
            if (credential.ConsumerId is { } consumer)
            {
                map["consumer"] = new ValueMap { ["id"] = consumer.ToString() };
            }

            LuaValues.Push(call.L, map, call.State);
            return 1;
        }

        return Entity(call, credential?.Entity);
    }

    private static int LoadConsumer(LuaCall call)
    {
        LuaState state = call.State;
        return call.Wait(call.Context.Client.LoadConsumerAsync(call.Text(1), call.Flag(2)), (L, result) =>
        {
            if (result.Error is { } error)
            {
                LuaApi.lua_pushnil(L);
                LuaStack.Push(L, error);
                return 2;
            }

            if (result.Value is { } consumer)
            {
                EntityTables.Push(L, consumer, state);
            }
            else
            {
                LuaApi.lua_pushnil(L);
            }

            return 1;
        });
    }

    private static int Authenticate(LuaCall call)
    {
        Consumer? consumer = call.IsNil(1) ? null : EntityTables.Consumer(LuaValues.ReadMap(call.L, 1));
        Credential? credential = null;
        if (!call.IsNil(2))
        {
            ValueMap entity = LuaValues.ReadMap(call.L, 2);
            credential = new Credential(Value.ToText(entity.Get("id") ?? ""))
            {
                ConsumerId = Guid.TryParse(entity.GetMap("consumer")?.GetString("id") ?? entity.GetString("consumer_id"), out Guid id) ? id : null,
                Identifier = entity.GetString("username") ?? entity.GetString("id"),
                Entity = entity,
            };
        }

        call.Context.Client.Authenticate(consumer, credential);
        return 0;
    }

    private static int Protocol(LuaCall call)
    {
        Result<string> protocol = call.Context.Client.GetProtocol(call.Flag(1));
        return protocol.IsOk ? call.Return(protocol.Value) : call.Refuse(protocol.Error);
    }

    private static int Groups(LuaCall call)
    {
        if (call.Context.Client.Groups is { IsDefaultOrEmpty: false } groups)
        {
            LuaValues.Push(call.L, new ValueList(groups), call.State);
        }
        else
        {
            LuaApi.lua_pushnil(call.L);
        }

        return 1;
    }

    private static int SetGroups(LuaCall call)
    {
        call.Context.Client.SetGroups([.. (LuaValues.Read(call.L, 1) as ValueList ?? []).OfType<string>()]);
        return 0;
    }

    private static int SharedValue(LuaCall call)
    {
        object? value = call.TextOrNull(1) is { } name && call.Context.HasShared ? call.Context.Shared[name] : null;
        LuaValues.Push(call.L, value, call.State);
        return 1;
    }

    // What a table holds deeper inside, and functions, only Lua can see.
    private static int SetSharedValue(LuaCall call)
    {
        if (call.TextOrNull(1) is { } name)
        {
            call.Context.Shared[name] = LuaValues.Read(call.L, 2, LuaValues.MaxDepth - 4);
        }

        return 0;
    }
}
