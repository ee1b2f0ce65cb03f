using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Which operations the running kernel offers; see <see cref="Ring.Probe"/>.</summary>
/// <remarks>
/// An answer says that the opcode exists, not that every flag of it does. Source:
/// <c>io_uring_register(2)</c>, IORING_REGISTER_PROBE.
/// </remarks>
public sealed unsafe class RingProbe
{
    private const int OperationsMax = 256;

    private readonly bool[] _supported = new bool[OperationsMax];

    private RingProbe()
    {
    }

    /// <summary>The largest opcode that the kernel knows.</summary>
    public Opcode Last { get; private init; }

    /// <summary>Whether the kernel offers the operation.</summary>
    public bool Supports(Opcode opcode) => _supported[(byte)opcode];

    internal static RingProbe Create(Ring ring)
    {
        // The kernel answers for at most 256 operations; 255 keeps their number in a byte.
        const int Asked = OperationsMax - 1;
        int size = sizeof(io_uring_probe) + (Asked * sizeof(io_uring_probe_op));
        byte* memory = stackalloc byte[size];
        new Span<byte>(memory, size).Clear();
        RingResult result = ring.Register(IORING_REGISTER_PROBE, (nint)memory, Asked);
        if (!result.IsSuccess)
            throw RingException.ForRegister("A probe", result.Error);

        var header = (io_uring_probe*)memory;
        var operations = new ReadOnlySpan<io_uring_probe_op>(
            memory + sizeof(io_uring_probe), Math.Min(header->ops_len, (byte)Asked));
        var probe = new RingProbe { Last = (Opcode)header->last_op };
        foreach (ref readonly io_uring_probe_op operation in operations)
        {
            if ((operation.flags & IO_URING_OP_SUPPORTED) != 0)
                probe._supported[operation.op] = true;
        }

        return probe;
    }
}
