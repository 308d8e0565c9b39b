using Gibbon.Plugins.Shared.Grpc;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcGateway;

/// <summary>What a request leaves for its response.</summary>
sealed class GrpcGatewayState
{
    /// <summary>What the service answers with; <c>null</c> if the request was not passed on.</summary>
    public ProtoMessage? Output { get; set; }

    /// <summary>Whether the response is one of gRPC, not an error page.</summary>
    public bool IsGrpc { get; set; }

    public FrameBuffer Frames { get; } = new();
}
