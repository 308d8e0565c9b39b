using System.Buffers;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Grpc;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcWeb;

/// <summary>Turns bodies of gRPC-Web into those of gRPC, and back.</summary>
static class WebMessages
{
    /// <summary>The body for the service.</summary>
    /// <returns>The body, or what is wrong with the client's.</returns>
    public static Result<byte[]> ToService(GrpcWebFormat format, ProtoMethod? method, ReadOnlyMemory<byte> body)
    {
        var data = format.IsText ? Base64Pieces.Decode(body.Span) : body.ToArray();
        if (data is null)
            return Result.Failure<byte[]>("the body is not base64");

        if (!format.IsJson)
            return data;

        ReadOnlySpan<byte> json = data;
        if (format.IsFramed && !TryUnframe(ref json))
            return Result.Failure<byte[]>("the body has no whole frame");

        if (!ValueJson.TryRead(json, out var value, out var error))
            return Result.Failure<byte[]>($"decode json err: {error}");

        if (value is not ValueMap map)
            return Result.Failure<byte[]>("body must be a table");

        return ProtoEncoder.TryEncode(method!.Input, map, out var message)
            ? GrpcFrames.Frame(GrpcFrames.Message, message)
            : Result.Failure<byte[]>("failed to encode payload");
    }

    /// <summary>A piece of the body for the client.</summary>
    public static ReadOnlyMemory<byte> ToClient(GrpcWebState state, ReadOnlyMemory<byte> piece)
    {
        var data = state.Format!.IsJson ? ToJson(state, piece.Span) : piece;
        return state.Format.IsText && !data.IsEmpty ? Base64Pieces.Encode(data.Span) : data;
    }

    /// <summary>The frame that ends a body.</summary>
    public static byte[] Trailers(GrpcWebFormat format, string status, string message)
    {
        var frame = GrpcFrames.Frame(GrpcFrames.Trailers, Encoding.UTF8.GetBytes($"grpc-status:{status}\r\ngrpc-message:{message}\r\n"));
        return format.IsText ? Base64Pieces.Encode(frame) : frame;
    }

    static bool TryUnframe(ref ReadOnlySpan<byte> data)
    {
        try
        {
            if (!GrpcFrames.TryTake(ref data, out var message))
                return false;

            data = message;
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    static ReadOnlyMemory<byte> ToJson(GrpcWebState state, ReadOnlySpan<byte> piece)
    {
        state.Frames.Add(piece);
        var frames = state.Frames.Written;
        var output = new ArrayBufferWriter<byte>();
        while (GrpcFrames.TryTake(ref frames, out var message))
        {
            var json = ValueJson.Write(ProtoDecoder.Decode(state.Method!.Output, message));
            output.Write(state.Format!.IsFramed ? GrpcFrames.Frame(GrpcFrames.Message, json) : json);
        }

        state.Frames.Drop(state.Frames.Written.Length - frames.Length);
        return output.WrittenMemory;
    }
}
