using System.Runtime.CompilerServices;

namespace Sluice.Memory.Tests.Buffers.Ownership;

public sealed unsafe class NativeAnchorTests
{
    [Fact]
    public void Address_AfterTheHeapWasCompacted_IsStillThatOfTheArray()
    {
        RuntimeHelpers.RunClassConstructor(typeof(NativeAnchor).TypeHandle);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);

            Assert.Equal(NativeAnchor.Address, (nint)Unsafe.AsPointer(ref NativeAnchor.Array[0]));
        }
    }
}
