namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>The files that others import and that need not lie anywhere: protobuf's own types, and the annotations of HTTP, which are read as such.</summary>
static class WellKnownProtos
{
    const string Head = """syntax = "proto3"; package google.protobuf; """;

    /// <summary>The text of a file; <c>null</c> if it is none of them.</summary>
    public static string? Find(string name) => name switch
    {
        "google/api/annotations.proto" or "google/api/http.proto" or "google/protobuf/descriptor.proto" => """syntax = "proto3";""",
        "google/protobuf/any.proto" => Head + "message Any { string type_url = 1; bytes value = 2; }",
        "google/protobuf/duration.proto" => Head + "message Duration { int64 seconds = 1; int32 nanos = 2; }",
        "google/protobuf/empty.proto" => Head + "message Empty {}",
        "google/protobuf/field_mask.proto" => Head + "message FieldMask { repeated string paths = 1; }",
        "google/protobuf/struct.proto" => Head + Struct,
        "google/protobuf/timestamp.proto" => Head + "message Timestamp { int64 seconds = 1; int32 nanos = 2; }",
        "google/protobuf/wrappers.proto" => Head + Wrappers,
        _ => null,
    };

    const string Struct = """
        message Struct { map<string, Value> fields = 1; }
        message Value {
          oneof kind {
            NullValue null_value = 1; double number_value = 2; string string_value = 3; bool bool_value = 4;
            Struct struct_value = 5; ListValue list_value = 6;
          }
        }
        enum NullValue { NULL_VALUE = 0; }
        message ListValue { repeated Value values = 1; }
        """;

    const string Wrappers = """
        message DoubleValue { double value = 1; } message FloatValue { float value = 1; }
        message Int64Value { int64 value = 1; } message UInt64Value { uint64 value = 1; }
        message Int32Value { int32 value = 1; } message UInt32Value { uint32 value = 1; }
        message BoolValue { bool value = 1; } message StringValue { string value = 1; } message BytesValue { bytes value = 1; }
        """;
}
