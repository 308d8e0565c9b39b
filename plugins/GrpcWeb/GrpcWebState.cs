using Gibbon.Plugins.Shared.Grpc;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcWeb;

/// <summary>What a request leaves for its response.</summary>
sealed class GrpcWebState
{
    /// <summary>The format; <c>null</c> if the request was not passed on.</summary>
    public GrpcWebFormat? Format { get; set; }

    /// <summary>The media type as the client wrote it.</summary>
    public string MediaType { get; set; } = "";

    /// <summary>The method, if its messages are JSON for the client.</summary>
    public ProtoMethod? Method { get; set; }

    /// <summary>Whether the response is one of gRPC, not an error page.</summary>
    public bool IsGrpc { get; set; }

    public FrameBuffer Frames { get; } = new();
}
