using System.Buffers;
using System.Text;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginServers.Functions;
using Gibbon.PluginServers.Wire;

namespace Gibbon.PluginServers.MsgPack;

/// <summary>
/// <c>MsgPack:1</c>, MessagePack-RPC: what servers in JavaScript and Python speak. We ask to handle an event; the answer is either the end or a function that the plugin
/// calls, whose result goes back with the next question.
/// </summary>
internal sealed class MsgPackProtocol(ServerConnections connections) : ServerProtocol(connections)
{
    private const long Request = 0;
    private const long Response = 1;
    private const string Returned = "ret";

    private long _lastMessage;

    protected override async ValueTask<long> StartAsync(ServerConnection connection, string plugin, byte[] config)
    {
        object? status = await AskAsync(
            connection, "plugin.StartInstance", new ValueMap { ["Name"] = plugin, ["Config"] = Encoding.UTF8.GetString(config) }).ConfigureAwait(false);
        return (status as ValueMap)?.Get("Id") is long id ? id : throw new ServerException("StartInstance gave no id");
    }

    protected override async ValueTask CloseAsync(ServerConnection connection, long instance) =>
        await AskAsync(connection, "plugin.CloseInstance", instance).ConfigureAwait(false);

    protected override async ValueTask<bool> HandleAsync(ServerConnection connection, long instance, string phase, PdkCaller caller)
    {
        object? step = await AskAsync(
            connection, "plugin.HandleEvent", new ValueMap { ["InstanceId"] = instance, ["EventName"] = phase }).ConfigureAwait(false);
        object? handling = (step as ValueMap)?.Get("EventId");
        while (step is ValueMap map && map.Get("Data") is ValueMap wanted)
        {
            string function = Text(wanted.Get("Method")) ?? throw new ServerException("a plugin calls a function without a name");
            PdkResult result = await CallAsync(caller, function, wanted.Get("Args")).ConfigureAwait(false);
            if (caller.HasEnded)
            {
                // The plugin is not waiting, and its server has answered what it was asked.
                return true;
            }

            string next = result is { Value: null, Error: not null } ? "plugin.StepError" : MsgPackSteps.For(function);
            step = await AskAsync(
                connection, next, new ValueMap { ["EventId"] = handling, ["Data"] = result.Value ?? result.Error }).ConfigureAwait(false);
        }

        return (step as ValueMap)?.Get("Data") is { } end && Text(end) == Returned ? true : throw new ServerException("unexpected answer of a plugin server");
    }

    private static async ValueTask<PdkResult> CallAsync(PdkCaller caller, string name, object? arguments)
    {
        if (PdkFunctions.Find(name) is not { } function)
        {
            caller.Context.Log.Err($"could not find pdk method: {name}");
            return default;
        }

        IReadOnlyList<object?> list = arguments switch
        {
            ValueList values => values,
            null or ValueMap { Count: 0 } => [],
            _ => [arguments],
        };
        PdkResult result = await caller.CallAsync(function, list).ConfigureAwait(false);
        return MsgPackSteps.HasManyValues(name) && result.Value is ValueMap map ? new PdkResult(MsgPackSteps.Multiply(map)) : result;
    }

    // One question and its answer; what the server tells besides is of no interest, since a connection knows its process.
    private async ValueTask<object?> AskAsync(ServerConnection connection, string method, object argument)
    {
        long message = Interlocked.Increment(ref _lastMessage) & uint.MaxValue;
        var output = new ArrayBufferWriter<byte>(256);
        new MsgPackWriter(output).Write(new ValueList { Request, message, method, new ValueList { argument } });
        await connection.SendAsync(output.WrittenMemory).ConfigureAwait(false);
        while (true)
        {
            object? received = await ReceiveAsync(connection).ConfigureAwait(false);
            if (received is not ValueList { Count: >= 3 } answer)
            {
                throw new ServerException("RPC response expected from plugin server");
            }

            if (answer[0] is not Response)
            {
                continue;
            }

            if (answer.Count < 4 || answer[1] is not long id || id != message)
            {
                throw new ServerException("unexpected RPC response ID from plugin server");
            }

            return answer[2] is { } error ? throw new ServerException(Text(error) ?? Value.ToText(error)) : answer[3];
        }
    }

    private static async ValueTask<object?> ReceiveAsync(ServerConnection connection)
    {
        while (true)
        {
            if (TryTake(connection, out object? value))
            {
                return value;
            }

            await connection.ReceiveAsync().ConfigureAwait(false);
        }
    }

    private static bool TryTake(ServerConnection connection, out object? value)
    {
        var reader = new MsgPackReader(connection.Received.Span);
        if (!reader.TryRead(out value))
        {
            return false;
        }

        connection.Take(reader.Position);
        return true;
    }

    private static string? Text(object? value) => value switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        _ => null,
    };
}
