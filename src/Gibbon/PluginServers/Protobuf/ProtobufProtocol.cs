using System.Buffers.Binary;
using System.Text;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginServers.Functions;
using Gibbon.PluginServers.Wire;

namespace Gibbon.PluginServers.Protobuf;

/// <summary>
/// <c>ProtoBuf:1</c>: what servers in Go speak. Every message has its length before it. While an event is handled the server sends a function's name and its argument,
/// and gets the result; an empty name is the end, before the answer to what it was asked.
/// </summary>
internal sealed class ProtobufProtocol(ServerConnections connections) : ServerProtocol(connections)
{
    private long _lastSequence;

    protected override async ValueTask<long> StartAsync(ServerConnection connection, string plugin, byte[] config)
    {
        long sequence = await SendAsync(connection, "cmd_start_instance", new ValueMap { ["name"] = plugin, ["config"] = config }).ConfigureAwait(false);
        ValueMap answer = await ReceiveAsync(connection, sequence).ConfigureAwait(false);
        return answer.GetMap("instance_status")?.Get("instance_id") is long id ? id : throw new ServerException("no instance was started");
    }

    protected override async ValueTask CloseAsync(ServerConnection connection, long instance)
    {
        long sequence = await SendAsync(connection, "cmd_close_instance", new ValueMap { ["instance_id"] = instance }).ConfigureAwait(false);
        await ReceiveAsync(connection, sequence).ConfigureAwait(false);
    }

    protected override async ValueTask<bool> HandleAsync(ServerConnection connection, long instance, string phase, PdkCaller caller)
    {
        long sequence = await SendAsync(
            connection, "cmd_handle_event", new ValueMap { ["instance_id"] = instance, ["event_name"] = phase }).ConfigureAwait(false);
        while (true)
        {
            ReadOnlyMemory<byte> name = await connection.TakeFrameAsync().ConfigureAwait(false);
            if (name.IsEmpty)
            {
                break;
            }

            string method = Encoding.ASCII.GetString(name.Span);
            ReadOnlyMemory<byte> argument = await connection.TakeFrameAsync().ConfigureAwait(false);
            if (ProtobufMethods.Find(method) is not { } found || PdkFunctions.Find(method) is not { } function)
            {
                throw new ServerException($"method \"{method}\" not found");
            }

            PdkResult result = await caller.CallAsync(function, found.Arguments(argument.Span)).ConfigureAwait(false);
            if (caller.HasEnded)
            {
                // The server still waits for a result, which never comes: that is how it learns that the request is over.
                return false;
            }

            await SendFrameAsync(connection, found.Result(result)).ConfigureAwait(false);
        }

        await ReceiveAsync(connection, sequence).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<long> SendAsync(ServerConnection connection, string command, ValueMap arguments)
    {
        long sequence = Interlocked.Increment(ref _lastSequence);
        await SendFrameAsync(connection, MessageShapes.Call.Write(new ValueMap { ["sequence"] = sequence, [command] = arguments }).WrittenMemory).ConfigureAwait(false);
        return sequence;
    }

    private static async ValueTask SendFrameAsync(ServerConnection connection, ReadOnlyMemory<byte> message)
    {
        var frame = new byte[sizeof(uint) + message.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)message.Length);
        message.CopyTo(frame.AsMemory(sizeof(uint)));
        await connection.SendAsync(frame).ConfigureAwait(false);
    }

    private static async ValueTask<ValueMap> ReceiveAsync(ServerConnection connection, long sequence)
    {
        ReadOnlyMemory<byte> frame = await connection.TakeFrameAsync().ConfigureAwait(false);
        ValueMap answer = MessageShapes.Answer.Read(frame.Span);
        return answer.Get("sequence") is long same && same == sequence ? answer : throw new ServerException("unexpected answer of a plugin server");
    }
}
