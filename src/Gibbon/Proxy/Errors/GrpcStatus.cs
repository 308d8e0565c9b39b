namespace Gibbon.Proxy.Errors;

/// <summary>What an HTTP status is called in gRPC, as Kong answers gRPC clients.</summary>
internal static class GrpcStatus
{
    /// <summary>The <c>grpc-status</c> of an HTTP status.</summary>
    public static int Of(int status) => status switch
    {
        200 => 0,
        400 => 3,
        401 => 16,
        403 => 7,
        404 => 5,
        409 => 6,
        429 => 8,
        499 => 1,
        500 => 13,
        501 => 12,
        503 => 14,
        504 => 4,
        >= 500 and < 600 => 13,
        >= 400 and < 500 => 3,
        >= 200 and < 300 => 0,
        _ => 2,
    };

    /// <summary>The name of a <c>grpc-status</c>: what Kong sends as <c>grpc-message</c> when there is nothing better to say.</summary>
    public static string Name(int grpcStatus) => grpcStatus switch
    {
        0 => "OK",
        1 => "Canceled",
        2 => "Unknown",
        3 => "InvalidArgument",
        4 => "DeadlineExceeded",
        5 => "NotFound",
        6 => "AlreadyExists",
        7 => "PermissionDenied",
        8 => "ResourceExhausted",
        9 => "FailedPrecondition",
        10 => "Aborted",
        11 => "OutOfRange",
        12 => "Unimplemented",
        13 => "Internal",
        14 => "Unavailable",
        15 => "DataLoss",
        16 => "Unauthenticated",
        _ => "Unknown",
    };
}
