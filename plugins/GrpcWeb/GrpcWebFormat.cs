namespace Gibbon.Plugins.GrpcWeb;

/// <summary>What a media type says about the messages.</summary>
/// <param name="IsText">Whether they travel in base64.</param>
/// <param name="IsJson">Whether they are JSON, not protobuf.</param>
/// <param name="IsFramed">Whether they come in frames, with the trailers as the last one.</param>
sealed record GrpcWebFormat(bool IsText, bool IsJson, bool IsFramed)
{
    static readonly GrpcWebFormat Binary = new(IsText: false, IsJson: false, IsFramed: true);
    static readonly GrpcWebFormat Text = new(IsText: true, IsJson: false, IsFramed: true);
    static readonly GrpcWebFormat JsonInFrames = new(IsText: false, IsJson: true, IsFramed: true);
    static readonly GrpcWebFormat JsonInText = new(IsText: true, IsJson: true, IsFramed: true);
    static readonly GrpcWebFormat Json = new(IsText: false, IsJson: true, IsFramed: false);

    /// <summary>The format of a media type; <c>null</c> if it is none of gRPC-Web.</summary>
    public static GrpcWebFormat? Of(string? mediaType) => mediaType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "application/grpc-web" or "application/grpc-web+proto" => Binary,
        "application/grpc-web-text" or "application/grpc-web-text+proto" => Text,
        "application/grpc-web+json" => JsonInFrames,
        "application/grpc-web-text+json" => JsonInText,
        "application/json" => Json,
        _ => null,
    };
}
